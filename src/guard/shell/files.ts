/**
 * A file, link or directory as it was. `show` prints what tells two states apart; of a directory only itself counts, not
 * what is in it.
 */
export const FILES = String.raw`
show_file() {
  if [ -L "$1" ]; then stat -c 'link %u:%g' -- "$1" && readlink -- "$1"
  elif [ -d "$1" ]; then stat -c 'directory %u:%g %a' -- "$1"
  elif [ -f "$1" ]; then stat -c 'file %u:%g %a' -- "$1" && sha256sum <"$1"
  elif [ -e "$1" ]; then echo "$1 is neither a file nor a directory" >&2; return 1
  else echo absent
  fi
}
keep_file() {
  if [ -d "$2" ] && [ ! -L "$2" ]; then stat -c '%u:%g %a' -- "$2" >"$1.directory"
  elif [ -e "$2" ] || [ -L "$2" ]; then
    stat -c '%u:%g %a' -- "$(dirname -- "$2")" >"$1.parent" && cp -a -- "$2" "$1.was"
  fi
}
# sshd reads no keys in a folder that their owner may not enter.
parent_of() {
  _parent=$(dirname -- "$2")
  [ ! -d "$_parent" ] || return 0
  read -r _owner _mode <"$1.parent"
  ( umask 022; mkdir -p -- "$_parent" ) && chown -- "$_owner" "$_parent" && chmod -- "0000$_mode" "$_parent"
}
still_file() { :; }
prepare_file() { :; }
# What has taken its place goes first: a link would be followed, into what is not ours. Five digits at least, also for
# mode 0: with fewer chmod(1) leaves a folder's set-id bits as they are.
undo_file() {
  if [ -e "$1.directory" ]; then
    read -r _owner _mode <"$1.directory"
    if [ -L "$2" ] || [ -f "$2" ]; then rm -f -- "$2" || return; fi
    mkdir -p -- "$2" && chown -- "$_owner" "$2" && chmod -- "0000$_mode" "$2"
  elif [ -e "$1.was" ] || [ -L "$1.was" ]; then
    _new=$(dirname -- "$2")/.$1.rampart-undo
    if [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2" || return; fi
    parent_of "$1" "$2" && rm -f -- "$_new" && cp -a -- "$1.was" "$_new" && settle "$_new" || return
    if [ -L "$2" ] || [ -L "$_new" ]; then rm -f -- "$2" || return; fi
    mv -f -- "$_new" "$2"
  elif [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2"
  else rm -f -- "$2"
  fi
}
finish_file() { :; }
check_file() {
  case $2 in
    /etc/ssh/*) if [ -x "$(sshd)" ]; then mkdir -p -m 755 /run/sshd && "$(sshd)" -t; fi ;;
    /etc/sudoers | /etc/sudoers.d/*) if command -v visudo >/dev/null; then visudo -cq; fi ;;
  esac
}
sshd() { command -v sshd || echo /usr/sbin/sshd; }
settle() { if [ -L "$1" ]; then :; else sync -- "$1" 2>/dev/null || sync; fi; }
`
