import type { Command } from '../../index.ts'
import { read, run } from '../../index.ts'

/** Seconds that a unit has to become active, once systemctl has started it. */
const PATIENCE = 30

/**
 * Brings a unit up and sees to it that it stays up: a service of type `simple` counts as started before it has read
 * its configuration (systemd.service(5)), and a reload may be over before it is. If it does not, the last lines of its
 * journal are on stderr. Who starts it often, as a person at work does, is no crash loop: systemd's limit for those is
 * set back (`reset-failed`, systemctl(1)).
 */
export function up(verb: 'start' | 'restart' | 'try-reload-or-restart', unit: string): Command {
  // What did not run is left alone by `try-…`; what does its work and ends need not be there any more.
  const fine =
    verb === 'try-reload-or-restart' ? read`active* | inactive*` : read`active* | 'inactive oneshot'`
  const soon = verb === 'try-reload-or-restart' ? read`*` : read`simple | exec | idle`
  return run({ timeout: 900 })`look() {
state= sub= type=
for it in $(systemctl show -p ActiveState -p SubState -p Type -p Result -- ${unit}); do
case $it in ActiveState=*) state=\${it#*=} ;; SubState=*) sub=\${it#*=} ;; Type=*) type=\${it#*=} ;; Result=*) result=\${it#*=} ;; esac
done
}
again() { look; [ "$result" = start-limit-hit ] && systemctl reset-failed -- ${unit} && systemctl ${verb} -- ${unit}; }
{ { systemctl ${verb} -- ${unit} || again; } && {
look
case $type in ${soon}) sleep 0.25; look ;; esac
left=${PATIENCE}
while case "$state $sub" in *auto-restart*) false ;; activating* | reloading* | refreshing*) ;; *) false ;; esac; do
[ "$left" -gt 0 ] || break
sleep 1; left=$((left - 1)); look
done
case "$state $type" in ${fine}) ;; *) echo ${unit} is "$state" >&2; false ;; esac
}; } || { journalctl --no-pager -q -n 20 -u ${unit} >&2; false; }`
}

/** Reads unit files anew if the ones that systemd knows are old: it would start what was there before. */
export function daemonReloadIfNeeded(unit: string): Command {
  return run`[ "$(systemctl show -p NeedDaemonReload --value -- ${unit})" != yes ] || systemctl daemon-reload`
}
