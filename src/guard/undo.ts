import { ROOM } from './transaction.ts'

/**
 * `/var/lib/rampart/undo.sh`: undoes one transaction, or all that are open when the host starts (`BOOT=1`). The rename of
 * `state.pending` decides who has won, we or the confirmation (rename(2) is atomic); what was cut short is done again. If
 * it fails people are told, and it tries again each minute, ten times.
 */
export const UNDO = String.raw`#!/bin/sh
# Undoes guarded changes of rampart that nobody confirmed: sh undo.sh TXID, or all of them after a boot.
LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH BOOT
umask 077
room=${ROOM}

undo() {
  cd "$room/txn/$1" 2>/dev/null || return 0
  exec 9>>lock && flock 9
  mv state.pending state.rolling-back 2>/dev/null || mv state.rollback-failed state.rolling-back 2>/dev/null
  [ -e state.rolling-back ] || return 0
  if [ -z "$BOOT" ]; then halt "$1"; why='nobody confirmed it in time'; else why='the host was started again before it was confirmed'; fi
  [ -s reason ] || echo "$why" >reason
  if sh ./way-back.sh undo >>undo.log 2>&1 9>&-; then
    sync; mv state.rolling-back state.rolled-back; sync
    [ -n "$BOOT" ] || systemctl stop "rampart-rb-$1.timer" 2>/dev/null
    return 0
  fi
  mv state.rolling-back state.rollback-failed
  echo . >>tries
  message="rampart could not undo the guarded change $1 ($(cat task)): LOCKOUT RISK, see $room/txn/$1/undo.log"
  logger -p auth.crit -- "$message" 2>/dev/null
  wall -- "$message" 2>/dev/null
  tries=$(($(wc -l <tries)))
  [ "$tries" -ge 10 ] || systemd-run --quiet --collect --unit="rampart-rb-$1-$tries" --on-active=60 \
    --timer-property=AccuracySec=1s /bin/sh "$room/undo.sh" "$1" 2>/dev/null
  return 1
}
# Nothing of the change may go on: its unit, and what its run has begun here and not ended.
halt() {
  systemctl stop "rampart-ap-$1.service" 2>/dev/null
  for receipt in "$room/receipts/$(cat run)"/*; do
    case $receipt in *.out | *.err) continue ;; esac
    [ -e "$receipt" ] || continue
    pid= born= end=
    while read -r word a b; do case $word in start) pid=$a born=$b ;; exit) end=1 ;; esac; done <"$receipt"
    if [ -z "$end" ] && [ -n "$pid" ] && [ "$(stat_of 22 "$pid")" = "$born" ]; then fell "$pid"; fi
  done
}
stat_of() { sed 's/^.*) /0 0 /' "/proc/$2/stat" 2>/dev/null | cut -d ' ' -f "$1"; }
fell() {
  kill -STOP "$1" 2>/dev/null
  for process in $(cd /proc && echo [0-9]*); do
    if [ "$(stat_of 4 "$process")" = "$1" ]; then ( fell "$process" ); fi
  done
  kill -KILL "$1" 2>/dev/null
}

if [ -n "$1" ]; then undo "$1"; exit; fi
for one in $(cd "$room/txn" && echo *); do ( undo "$one" ); done
`

/**
 * Runs `undo.sh` when a host starts with a transaction open, before the network is up and before sshd takes logins
 * (systemd.unit(5), bootup(7)). Without one its condition fails, which costs a boot nothing.
 */
export const BOOT_GUARD = `[Unit]
Description=Undo guarded changes of rampart that nobody confirmed
Documentation=file:${ROOM}/undo.sh
DefaultDependencies=no
RequiresMountsFor=${ROOM}
After=local-fs.target systemd-remount-fs.service
Before=network-pre.target sysinit.target ssh.service sshd.service ssh.socket sshd.socket shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
ConditionPathExistsGlob=|${ROOM}/txn/*/state.pending
ConditionPathExistsGlob=|${ROOM}/txn/*/state.rolling-back
ConditionPathExistsGlob=|${ROOM}/txn/*/state.rollback-failed

[Service]
Type=oneshot
Environment=BOOT=1
ExecStart=/bin/sh ${ROOM}/undo.sh

[Install]
WantedBy=sysinit.target
`
