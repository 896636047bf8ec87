/**
 * A systemd unit: whether it runs, and whether it is enabled. One that is undone is told to read its files again, as they
 * have been undone before it: reload where it can, restart where it cannot. sshd is restarted, which leaves its sessions
 * alone (KillMode=process): while it is still busy with an earlier SIGHUP it ignores another. During a boot nothing runs
 * yet, so only what is on disk counts; but a unit that was disabled is not among those that this boot starts.
 */
export const UNITS = String.raw`
show_unit() {
  has_systemd || { echo none; return; }
  _of=$(systemctl show -p UnitFileState --value -- "$1") || return
  case $_of in enabled | enabled-runtime | disabled | masked) echo "$_of" ;; *) echo static ;; esac
  [ -z "$BOOT" ] || return 0
  case $(systemctl show -p ActiveState --value -- "$1") in active | reloading | activating) echo runs ;; *) echo rests ;; esac
}
keep_unit() { :; }
still_unit() { :; }
has_systemd() { [ -d /run/systemd/system ]; }
was() { grep -qx -- "$2" "$1.shown"; }
is() { show_unit "$1" | grep -qx -- "$2"; }
prepare_unit() {
  has_systemd || return 0
  if was "$1" rests && is "$2" runs; then systemctl stop -- "$2"; fi
  if ! was "$1" enabled && is "$2" enabled; then systemctl disable --quiet -- "$2" 2>/dev/null; fi
  if ! was "$1" masked && is "$2" masked; then systemctl unmask --quiet -- "$2"; fi
}
undo_unit() { :; }
finish_unit() {
  has_systemd || return 0
  [ -n "$reread" ] || { systemctl daemon-reload; reread=1; }
  if was "$1" enabled && ! is "$2" enabled; then systemctl enable --quiet -- "$2" || return; fi
  if was "$1" masked && ! is "$2" masked; then systemctl mask --quiet -- "$2" || return; fi
  was "$1" runs || return 0
  if [ -n "$BOOT" ]; then systemctl --no-block start -- "$2"; return; fi
  if is "$2" runs; then again "$2"; else up "$2"; fi
  patience 10 is "$2" runs || up "$2"
}
up() { systemctl reset-failed -- "$1" 2>/dev/null; systemctl start -- "$1"; }
again() {
  case $1 in
    ssh.service | sshd.service) systemctl restart -- "$1" ;;
    *) systemctl reload-or-restart -- "$1" ;;
  esac
}
check_unit() { :; }
patience() { _tries=$1; shift; sleep 1; while ! "$@"; do _tries=$((_tries - 1)); [ "$_tries" -gt 0 ] || return; sleep 1; done; }
`
