import { quote } from '../model/quote.ts'

/** A process on the host, told apart from a later one of the same number: its pid and start time (proc_pid_stat(5), field 22). */
export interface ProcessId {
  readonly pid: number
  readonly born: number
}

/** What a session says to each of its shells first, once, so that what travels afterwards is short. */
export function prelude(run: string, predecessors: readonly ProcessId[] = []): string {
  const killed = predecessors.map(({ pid, born }) => `_kill ${pid} ${born}`)
  return [functions(run), '_noted=', ...killed, '_self; echo "$_pid $_born"'].join('\n')
}

/** The functions for a shell of its own in the midst of a run, such as that of a unit. */
export const functions = (run: string): string => [FUNCTIONS, `_run=${quote(run)}`, ROOMS].join('\n')

/**
 * Whose shell it is (proc_pid_status(5): the second number is the effective one; `id` would be a process), and where our
 * things are on the host (contract: where things are): root's, or in the user's own home.
 */
const ROOMS = `
while read -r _key _ _id _; do
case $_key in Uid:) _ids=$_id ;; Gid:) _ids=$_ids:$_id; break ;; esac
done </proc/self/status
if [ "\${_ids%:*}" = 0 ]
then _state=/var/lib/rampart _locks=/run/rampart
else _state=$HOME/.local/state/rampart; _locks=$_state
fi
_lock=$_locks/lock _scratch=$_locks/op _receipts=$_state/receipts/$_run
umask 022`

/**
 * POSIX sh, builtins where possible: each fork on the host is paid by every task. What the functions guarantee:
 *
 * - `_do` runs a mutation with a receipt: what was begun and how it ended can be read after the connection was lost. Of
 *   two that are to write the same receipt only one can begin. Its output goes to files first, so that a dead connection
 *   cannot end it by SIGPIPE, and so that a daemon which keeps its output open cannot write into a later reply. Uploads
 *   alone start no daemon and print nothing but why they fail: those files are spared.
 *   What a secret one printed is told once and kept no longer: if it is lost on the way, its end is not known.
 * - `_put` writes beside the target, with owner and mode, and then renames (rename(2)); what it replaces is kept, and
 *   what an earlier one left behind when it was killed is removed. Small content comes as a word of its own, as a builtin
 *   writes it: no argument list of a process ever holds it.
 * - `_after` lets a mutation begin only if the one before it in the same frame has succeeded, as its receipt says.
 * - `_unit` runs what must not be cut as a transient unit, where there is systemd; `_named` one that others can stop.
 * - `_note` remembers a handler before the change that wakes it. It is forgotten if that is sure to have changed nothing:
 *   its first step failed, and was an upload.
 * - `_reboot` ends with the host. That it was done shows in the next start of it: another boot id, or in a container, which
 *   has its kernel's, another start of process 1. What the going down kills first is not how it ended.
 * - What fails in the long-lived shell itself must not end it, as a redirection of a special builtin would
 *   (POSIX XCU 2.8.1): hence `command exec`.
 */
const FUNCTIONS = String.raw`
_self() { read -r _pid _born </proc/self/stat; set -- $_born; shift 20; _born=$1; }
_alive() { [ -r "/proc/$1/stat" ] && read -r _ _it <"/proc/$1/stat" && _at 21 "$2" $_it; }
_at() { _n=$1 _is=$2; shift 2; shift $((_n - 1)); [ "$1" = "$_is" ]; }
_kill() { if _alive "$1" "$2"; then kill -9 "$1"; fi; } 2>/dev/null
_room() { [ -d "$1" ] || ( umask 077; mkdir -p "$1" ); }
_take() {
  if [ "$1" -gt 1048576 ]; then
    dd bs=65536 count=$(($1 / 65536)) iflag=fullblock $2 status=none && _take $(($1 % 65536)) "$2"
  elif [ "$1" -gt 0 ]; then
    dd bs="$1" count=1 iflag=fullblock $2 status=none
  fi
}
_eval() { _text=$1; set --; eval "$_text"; }
_fed() { _take "$1" | { ( _eval "$2" ); set -- $?; cat >/dev/null; exit "$1"; }; }
_put() {
  if [ -d "$1" ]; then echo "$1 is a directory" >&2; return 1; fi
  for _stale in "$6"*; do [ ! -e "$_stale" ] || rm -f -- "$_stale"; done
  umask 077; set -C; _made=; command : >"$2" && _made=1; set +C; umask 022
  [ -n "$_made" ] || return 1
  _fill "$@" && { [ -z "$4" ] || { [ "$4" = "$_ids" ] && [ -O "$2" ] && [ -G "$2" ]; } || chown -- "$4" "$2"; } && chmod -- "$3" "$2" &&
    _keep "$1" && mv -f -- "$2" "$1" || { set -- $? "$2"; rm -f -- "$2"; return $1; }
  [ ! -e /sys/fs/selinux/enforce ] || restorecon -- "$1"
}
_fill() {
  if [ $# -lt 7 ]; then _take "$5" conv=fsync >>"$2"; else printf %s "$7" >>"$2" && sync -- "$2"; fi
}
_keep() {
  [ -f "$1" ] && [ ! -L "$1" ] || return 0
  set -- "$1" $(sha256sum <"$1")
  _room "$_state/backup" || return
  if [ -e "$_state/backup/$2" ]; then touch -- "$_state/backup/$2"
  else ln -- "$1" "$_state/backup/$2" 2>/dev/null || cp -p -- "$1" "$_state/backup/$2"
  fi || return
  printf '%s %s %s\n' "$_run" "$2" "$1" >>"$_state/backup/index"
}
_unit() { _named "rampart-op-$_run-$1" "$2"; }
_named() {
  if [ ! -d /run/systemd/system ] || [ ! -w /run/systemd ]; then _eval "$2"; return; fi
  _room "$_scratch" && printf '%s\n' "$2" >"$_scratch/$1" || return
  systemd-run --quiet --wait --pipe --collect --service-type=exec --unit="$1" \
    -E "HOME=$HOME" -E "PATH=$PATH" -E LC_ALL=C -E "_receipt=$_receipt" -E "_noted=$_noted" /bin/sh "$_scratch/$1"
  set -- $? "$1"; rm -f "$_scratch/$2"; return $1
}
_note() {
  [ ! -e "$_state/pending/$1" ] || return 0
  _room "$_state/pending" && printf '%s\n' "$2" >"$_state/pending/$1" || { _why "$_state/pending/$1"; _strike "$1"; exit 125; }
  _noted="$_noted $1"
}
_why() { env echo >>"$1"; echo "$1 cannot be written" >&2; } # the echo of sh itself does not tell why
_strike() { ( cd "$_state/pending" && rm -f -- "$@" ); } 2>/dev/null
_step() {
  echo "step $1" >>"$_receipt" || { _why "$_receipt"; exit 125; }
  if [ "$5" = here ]; then eval "$2"; else ( _eval "$2" ); fi; _code=$?
  case " $3 " in *" $_code "*) return 0 ;; esac
  printf '\nrampart-step %s\n' "$1" >&2
  echo failed >>"$_receipt"
  [ "$4" != untouched ] || [ -z "$_noted" ] || _strike $_noted
  exit "$_code"
}
_boot() {
  read -r _id </proc/sys/kernel/random/boot_id
  IFS=')' read -r _ _it </proc/1/stat
  set -- $_it; shift 19; echo "$_id.$1"
} 2>/dev/null
_reboot() {
  echo "boot $(_boot)" >>"$_receipt" && _eval "$1" || return
  while :; do sleep 1; done
}
_do() {
  _self
  _receipt=$_receipts/$1
  umask 077; set -C
  _room "$_receipts" && echo "start $_pid $_born" >"$_receipt" || { _why "$_receipt"; exit 125; }
  umask 022; set +C
  _said=
  if [ -n "$4" ]; then
    _said=$( eval "$2" 2>&1 ); _code=$?
    [ -z "$_said" ] || printf '%s\n' "$_said" >"$_receipt.err"
  else
    ( eval "$2" ) >"$_receipt.out" 2>"$_receipt.err"; _code=$?
  fi
  echo "exit $_code" >>"$_receipt"
  if [ -n "$_said" ]; then printf '%s\n' "$_said" >&2; else _told "$_receipt"; fi
  [ -z "$3" ] || { : >"$_receipt.told"; rm -f "$_receipt.out" "$_receipt.err"; }
  exit "$_code"
}
_after() {
  _end=
  [ ! -r "$_receipts/$1" ] || while read -r _word _a _b; do
    case $_word in exit) _end=$_a ;; failed) _end=; break ;; esac
  done <"$_receipts/$1"
  [ -z "$_end" ] || case " $2 " in *" $_end "*) return 0 ;; esac
  echo rampart-skipped >&2
  exit 125
}
_told() {
  [ ! -s "$1.out" ] || cat "$1.out"
  [ ! -s "$1.err" ] || cat "$1.err" >&2
}
_recall() {
  _was=absent _before= _receipt=$_receipts/$1
  [ ! -e "$_receipt" ] || while read -r _word _a _b; do
    case $_word in
      start) if _alive "$_a" "$_b"; then _was=running; else _was=cut; fi ;;
      exit) _was="exit $_a" ;;
      boot) _before=$_a ;;
    esac
  done <"$_receipt"
  if [ -n "$_before" ]; then _rebooted; fi
  if [ "$_was" = cut ] && systemctl --quiet is-active "rampart-op-$_run-$1-*" "rampart-ap-*" 2>/dev/null; then _was=running; fi
  [ ! -e "$_receipt.told" ] || _was=cut
  echo "$_was"
  case $_was in exit*) _told "$_receipt" ;; esac
}
_rebooted() {
  if [ "$_before" != "$(_boot)" ]; then _was='exit 0'; return; fi
  set -- $_was
  if [ "$1" = cut ] || { [ "$1" = exit ] && [ "$2" -gt 128 ]; }; then _was=running; fi
}
_beat() { echo "$_holder" >"$_lock"; }
_hold() {
  command -v flock >/dev/null || { echo 'missing	flock'; return; }
  _holder="$1	$_run	$_pid	$_born"
  _room "$_locks" && command exec 9>>"$_lock" || { echo failed; return; }
  flock -n 9 || _relieve || { exec 9>&-; return; }
  _beat && echo held || echo failed
}
_seize() { for _try in 1 2 3 4 5; do if flock -n 9; then return; fi; sleep 1; done; return 1; }
_relieve() {
  IFS='	' read -r _owner _other _hpid _hborn <"$_lock"
  if [ "$_other" = "$_run" ] && _seize; then return; fi
  _age=$(( $( date +%s ) - $( stat -c %Y "$_lock" || date +%s ) ))
  if [ "$_age" -gt 60 ] && ! systemctl --quiet is-active "rampart-op-$_other-*" 2>/dev/null && _idle "$_other"; then
    _kill "$_hpid" "$_hborn"
    if _seize; then return; fi
  fi
  echo "busy	$_owner	$_other	$_age"
  return 1
}
_idle() {
  for _r in "$_state/receipts/$1"/*; do
    case $_r in *.out | *.err) continue ;; esac
    [ -e "$_r" ] || continue
    _end= _p=0 _q=0
    while read -r _word _a _b; do
      case $_word in start) _p=$_a _q=$_b ;; exit) _end=1 ;; esac
    done <"$_r"
    [ -n "$_end" ] || ! _alive "$_p" "$_q" || return 1
  done
}
# A file is kept with its old date, so what counts is when it was kept: its ctime.
_leave() {
  rm -rf -- "$_receipts"
  find "$_state/receipts" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf -- {} + 2>/dev/null
  find "$_state/backup" -type f ! -name index -ctime +30 -exec rm -f -- {} + 2>/dev/null
}
`
