import { run } from '../model/command.ts'
import type { Steps } from '../model/plan.ts'
import type { Transaction } from './transaction.ts'
import { folderOf, ROOM } from './transaction.ts'
import { BOOT_GUARD, UNDO } from './undo.ts'
import { wayBack, wayBackInputs } from './way-back.ts'

/** Days for which a transaction that has ended is kept. */
const KEPT = 7

/**
 * Arms the host, as root, before anything is changed: what leads back is on disk and was tried, the timer runs, and a
 * restart of the host undoes as well. Whichever step fails, nothing is armed.
 */
export function arming(tx: Transaction): Steps {
  const folder = folderOf(tx.txid)
  return [
    open(tx, folder),
    { path: `${folder}/way-back.sh`, content: wayBack(tx), mode: '0700' },
    { path: `${folder}/manifest.json`, content: manifest(tx), mode: '0600' },
    ...wayBackInputs(tx),
    run`sh ${`${folder}/way-back.sh`} save || { echo 'the way back cannot be relied on' >&2; exit 1; }`,
    run({
      stdin: UNDO,
    })`cat >${`${ROOM}/undo.sh.new`} && chmod 700 ${`${ROOM}/undo.sh.new`} && mv -f ${`${ROOM}/undo.sh.new`} ${`${ROOM}/undo.sh`}`,
    run({ stdin: BOOT_GUARD })`${bootGuard}`,
    start(tx, folder),
  ]
}

/** Refuses where another change is open or hardly any disk is left, and makes room. */
const open = ({ task, owner, run: id }: Transaction, folder: string): Steps[0] => run`
umask 077
mkdir -p ${`${ROOM}/txn`} && cd ${`${ROOM}/txn`} || exit
for other in */state.pending */state.rolling-back; do
  [ ! -e "$other" ] || { echo "the guarded change \"$(cat "$(dirname "$other")/task")\" of $(cat "$(dirname "$other")/owner") is still open here" >&2; exit 1; }
done
for old in *; do
  ls "$old"/state.* >/dev/null 2>&1 || rm -rf -- "./$old"
  find "$old" -maxdepth 1 \\( -name state.confirmed -o -name state.rolled-back \\) -mtime +${KEPT} 2>/dev/null | grep -q . && rm -rf -- "./$old"
done
free=$(df -Pk . | awk 'NR == 2 { print $4 }')
case $free in *[!0-9]* | '') ;; *) [ "$free" -ge 1024 ] || { echo "no space left in $PWD: the way back may need it" >&2; exit 1; } ;; esac
mkdir ${folder} && cd ${folder} || exit
printf '%s\\n' ${task.replaceAll('\n', ' ')} >task && printf '%s\\n' ${owner.replaceAll('\n', ' ')} >owner && printf '%s\\n' ${id} >run`

/** Installs the boot guard; read back, as a preset or a policy may have the last word. */
const bootGuard = run`
[ -d /run/systemd/system ] || { cat >/dev/null; exit 0; }
unit=/etc/systemd/system/rampart-boot-guard.service
cat >"$unit.rampart" || exit
if ! cmp -s "$unit.rampart" "$unit"; then
  chmod 644 "$unit.rampart" && mv -f "$unit.rampart" "$unit" && systemctl daemon-reload || exit
fi
rm -f "$unit.rampart"
systemctl --quiet is-enabled rampart-boot-guard.service || systemctl --quiet enable rampart-boot-guard.service || exit
systemctl --quiet is-enabled rampart-boot-guard.service || { echo 'its boot guard cannot be enabled' >&2; exit 1; }`

/** Sets the timer (`AccuracySec=1s`: the default of systemd.timer(5) is a minute), and reads it back. */
const start = ({ txid, within, weak }: Transaction, folder: string): Steps[0] => run`
cd ${folder} || exit
weak=
[ -d /run/systemd/system ] || weak='it has no systemd, so that a restart would leave the change in place'
case $(stat -f -c %T .) in tmpfs | ramfs) weak='/var/lib is in memory, so that a restart would lose the way back' ;; esac
if [ -n "$weak" ] && [ ${weak ? 'allowed' : 'refused'} = refused ]; then echo "a guard on this host is weak: $weak" >&2; exit 1; fi
read -r up _ </proc/uptime && printf '%s %s\\n' "$up" ${within} >armed && : >state.pending && { sync -f . 2>/dev/null || sync; } || exit
if [ -d /run/systemd/system ]; then
  systemd-run --quiet --collect --unit=${`rampart-rb-${txid}`} --on-active=${within} --timer-property=AccuracySec=1s \\
    -p KillMode=process -p TimeoutStopSec=infinity /bin/sh ${`${ROOM}/undo.sh`} ${txid} &&
    systemctl --quiet is-active ${`rampart-rb-${txid}.timer`} && exit 0
  rm -f state.pending
  echo 'the timer of the way back does not run' >&2
  exit 1
fi
( trap '' HUP; sleep ${within}; exec sh ${`${ROOM}/undo.sh`} ${txid} ) </dev/null >/dev/null 2>&1 &`

function manifest({ txid, task, run: id, owner, within, touches }: Transaction): string {
  return `${JSON.stringify({ txid, task, run: id, owner, within, touches }, undefined, 2)}\n`
}
