import type { Command } from 'rampart'
import { run } from 'rampart'

/** What rampart's own SSH client can speak (the ssh2 package): a host that offers none of a list would lock it out. */
const RUNNER = {
  kexalgorithms: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  ciphers: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  macs: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  hostkeyalgorithms: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'],
}

/**
 * Holds a drop-in against the whole of sshd's configuration, merged as it will be, before it takes its place: sshd must
 * accept it, and it must still let in the login by which this very command came: its user, its groups, the type of its
 * key, our algorithms. After `systemctl reload` it would be too late: that returns before sshd has read its files, and a
 * bad one kills it.
 */
export const validate = (candidate: string): Command => run`
sshd=$(command -v sshd || echo /usr/sbin/sshd)
work=$(mktemp -d /run/rampart-sshd.XXXXXX) || exit
trap 'rm -rf -- "$work"' EXIT
refuse() { echo "this would lock rampart out: $1" >&2; exit 1; }

mkdir "$work/sshd_config.d"
for part in /etc/ssh/sshd_config.d/*.conf; do [ ! -e "$part" ] || cp -- "$part" "$work/sshd_config.d/" || exit; done
cp -- ${candidate} "$work/sshd_config.d/00-rampart.conf" || exit
sed -E "s|^([[:space:]]*[Ii]nclude[[:space:]]+)(/etc/ssh/)?sshd_config[.]d/|\\1$work/sshd_config.d/|" \\
  /etc/ssh/sshd_config >"$work/sshd_config" || exit
grep -qF "$work/sshd_config.d/" "$work/sshd_config" || {
  echo '/etc/ssh/sshd_config does not include sshd_config.d/*.conf, so a drop-in has no effect (OpenSSH 8.2 and newer do)' >&2; exit 1; }
[ -d /run/sshd ] || mkdir -p -m 755 /run/sshd
"$sshd" -t -f "$work/sshd_config" || exit

# How this command came: the nearest process above it that sshd told of its connection.
came= login= process=$$
while [ "$process" -gt 1 ] && [ -z "$came" ]; do
  came=$(tr '\\0' '\\n' <"/proc/$process/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  login=$(tr '\\0' '\\n' <"/proc/$process/environ" 2>/dev/null | sed -n 's/^LOGNAME=//p')
  process=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status")
done
[ -n "$came" ] || exit 0
set -f
set -- $came
address=$1 here="laddr=$3,lport=$4"
effective=$("$sshd" -T -f "$work/sshd_config" -C "user=$login,host=$address,addr=$address,$here") || exit
of() { printf '%s\\n' "$effective" | sed -n "s/^$1 //p"; }
any() { for one in $1; do for pattern in $2; do case $one in $pattern) return 0 ;; esac; done; done; return 1; }
# Whether this login is among them, as AllowUsers takes them (USER, USER@HOST): a Match block, which sshd itself tells.
named() {
  for one in $1; do
    case $one in *@*) from=\${one#*@} ;; *) from='*' ;; esac
    for criterion in Address Host; do
      printf 'Match User %s %s %s\\n  Banner /named\\n' "\${one%%@*}" "$criterion" "$from"
    done
  done >"$work/named"
  "$sshd" -T -f "$work/named" -C "user=$login,host=$address,addr=$address,$here" | grep -q '^banner /named'
}

[ "$(of pubkeyauthentication)" = yes ] || refuse 'public keys would no longer be accepted'
[ "$login" != root ] || [ "$(of permitrootlogin)" != no ] || refuse 'root, as whom it logs in, could no longer log in'
[ -z "$(of allowgroups)" ] || any "$(id -Gn "$login")" "$(of allowgroups)" ||
  refuse "$login, as whom it logs in, is in none of the groups that may: $(of allowgroups | tr '\\n' ' ')"
[ -z "$(of allowusers)" ] || named "$(of allowusers)" || refuse "AllowUsers does not name $login from $address, as whom it logs in"
! named "$(of denyusers)" || refuse "DenyUsers names $login from $address, as whom it logs in"
${Object.entries(RUNNER).map(([list, names]) => run`any "$(of ${list} | tr ',' ' ')" ${names.join(' ')} || refuse ${`none of its own ${list} would be left`};`)}

# The journal knows by what this very connection was let in.
said=$(journalctl -q -b --no-pager -o cat -t sshd -t sshd-session 2>/dev/null | grep -F "from $1 port $2 ssh2" | tail -n 1)
case $said in
  'Accepted password'* | 'Accepted keyboard-interactive'*) refuse 'it logged in by password; give it a key first' ;;
  'Accepted publickey'*': ED25519'*) accepted='ssh-ed25519*' ;;
  'Accepted publickey'*': ED25519-SK'*) accepted='sk-ssh-ed25519*' ;;
  'Accepted publickey'*': ECDSA'*) accepted='ecdsa-sha2-*' ;;
  'Accepted publickey'*': RSA'*) accepted='rsa-sha2-*' ;;
  *) exit 0 ;;
esac
any "$(of pubkeyacceptedalgorithms | tr ',' ' ')" "$accepted" || refuse "the type of its key ($accepted) would no longer be accepted"
home=$(getent passwd "$login" | cut -d : -f 6)
for file in $(of authorizedkeysfile); do
  file=$(printf '%s' "$file" | sed "s|%u|$login|g; s|%h|$home|g; s|%%|%|g; s|^[^/]|$home/&|")
  [ ! -f "$file" ] || ! ssh-keygen -lf "$file" | grep -qF " \${said##* } " || exit 0
done
refuse "its key \${said##* } is in none of the files that sshd would read: $(of authorizedkeysfile)"
`
