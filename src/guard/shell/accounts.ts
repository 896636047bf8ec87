/**
 * A user or a group: its lines in the account files, a user's memberships, the keys in its home, and the group of its
 * name that useradd(8) makes with it. Lines are put back line by line, which is exact and works while the user is logged
 * in, where usermod(8) refuses; other lines are left alone. The lock is the one of shadow-utils: a file beside, with the
 * holder's process id.
 */
export const ACCOUNTS = String.raw`
line_of() { [ ! -e "$1" ] || NAME=$2 awk -F: '$1 "" == ENVIRON["NAME"]' "$1"; }
groups_of() {
  [ ! -e "$1" ] || NAME=$2 awk -F: '{ n = split($4, all, ","); for (i = 1; i <= n; i++) if (all[i] "" == ENVIRON["NAME"]) print $1 }' "$1"
}
keys_of() { line_of /etc/passwd "$1" | awk -F: '{ print $6 "/.ssh/authorized_keys" }'; }
show_user() {
  for _db in passwd shadow subuid subgid; do line_of "/etc/$_db" "$1"; done
  [ -z "$(line_of /etc/group "$1")" ] || echo 'group of its name'
  if [ -n "$(keys_of "$1")" ]; then show_file "$(keys_of "$1")"; fi
  for _db in group gshadow; do echo "$_db:" $(groups_of "/etc/$_db" "$1"); done
}
still_user() { :; }
still_group() { :; }
keep_user() {
  for _db in passwd shadow subuid subgid; do line_of "/etc/$_db" "$2" >"$1.$_db" || return; done
  for _db in group gshadow; do line_of "/etc/$_db" "$2" >"$1.own-$_db" || return; done
  for _db in group gshadow; do groups_of "/etc/$_db" "$2" >"$1.$_db" || return; done
  date +%s >"$1.since"
  if [ -s "$1.passwd" ]; then
    keep_file "$1.keys" "$(keys_of "$2")"
    if [ -d "$(cut -d : -f 6 "$1.passwd")" ]; then : >"$1.had-home"; fi
  fi
}
prepare_user() { :; }
undo_user() {
  line_of /etc/passwd "$2" >"$1.now"
  if [ -s "$1.passwd" ]; then home_back "$1" || return; else aside "$1" "$(cut -d : -f 6 "$1.now")"; fi
  for _db in passwd shadow subuid subgid; do put_line "/etc/$_db" "$2" "$1.$_db" || return; done
  for _db in group gshadow; do put_member "/etc/$_db" "$2" "$1.$_db" || return; done
  if [ -s "$1.passwd" ]; then undo_file "$1.keys" "$(keys_of "$2")" || return; fi
  if [ -s "$1.own-group" ]; then [ -z "$(line_of /etc/group "$2")" ] || return 0
  elif [ -s "$1.passwd" ]; then return 0
  fi
  for _db in group gshadow; do put_line "/etc/$_db" "$2" "$1.own-$_db" || return; done
}
finish_user() { :; }
check_user() { :; }
show_group() { line_of /etc/group "$1"; line_of /etc/gshadow "$1"; }
keep_group() { for _db in group gshadow; do line_of "/etc/$_db" "$2" >"$1.$_db" || return; done; }
prepare_group() { :; }
undo_group() { for _db in group gshadow; do put_line "/etc/$_db" "$2" "$1.$_db" || return; done; }
finish_group() { :; }
check_group() { :; }
# A home made since then goes out of the way, and is not lost.
aside() {
  case $2 in /?*/?*) ;; *) return 0 ;; esac
  if [ -d "$2" ] && [ "$(stat -c %W -- "$2")" -ge "$(cat "$1.since")" ]; then mv -- "$2" "$1.home"; fi
}
# usermod(8) moves a home with its account, and gives its files to the account's new numbers. sshd trusts no key there else.
home_back() {
  [ -s "$1.now" ] && [ -e "$1.had-home" ] || return 0
  IFS=: read -r _ _ _uid _gid _ _home _ <"$1.passwd"
  IFS=: read -r _ _ _uid_now _gid_now _ _home_now _ <"$1.now"
  if [ ! -e "$_home" ] && [ -d "$_home_now" ]; then mv -- "$_home_now" "$_home" || return; fi
  case $_home in /root | /?*/?*) ;; *) return 0 ;; esac
  if [ "$_uid" != "$_uid_now" ]; then find "$_home" -xdev -user "$_uid_now" -exec chown -h -- "$_uid" {} + || return; fi
  if [ "$_gid" != "$_gid_now" ]; then find "$_home" -xdev -group "$_gid_now" -exec chgrp -h -- "$_gid" {} + || return; fi
}
rewrite() {
  [ -e "$1" ] || return 0
  _n=0
  until (set -C; echo $$ >"$1.lock") 2>/dev/null; do
    _n=$((_n + 1))
    _holder=$(tr -d '\0' <"$1.lock" 2>/dev/null)
    if [ "$_n" -gt 10 ] || { [ -n "$_holder" ] && ! kill -0 "$_holder"; } 2>/dev/null; then rm -f "$1.lock"; else sleep 1; fi
  done
  cp -p "$1" "$1.rampart" && awk -F: "$2" "$1" >"$1.rampart" && settle "$1.rampart" && mv -f "$1.rampart" "$1"
  set -- $? "$1"; rm -f "$2.lock" "$2.rampart"; return "$1"
}
put_line() {
  [ -e "$1" ] || return 0
  NAME=$2 WITH=$3 rewrite "$1" 'BEGIN { while ((getline line <ENVIRON["WITH"]) > 0) lines = lines line "\n" }
    $1 "" == ENVIRON["NAME"] { if (!done) printf "%s", lines; done = 1; next }
    { print }
    END { if (!done) printf "%s", lines }'
}
put_member() {
  NAME=$2 WITH=$3 rewrite "$1" 'BEGIN { OFS = ":"; name = ENVIRON["NAME"] ""; while ((getline group <ENVIRON["WITH"]) > 0) want[group] = 1 }
    { n = split($4, all, ","); is = 0; rest = ""
      for (i = 1; i <= n; i++) if (all[i] == name) is = 1; else rest = rest (rest == "" ? "" : ",") all[i]
      if (want[$1] && !is) $4 = $4 ($4 == "" ? "" : ",") name
      if (!want[$1] && is) $4 = rest
      print }'
}
`
