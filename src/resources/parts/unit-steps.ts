import type { Command } from '../../index.ts'
import { read, run } from '../../index.ts'

/** Seconds that a unit has to become active, once systemctl has started it. */
const PATIENCE = 30

/**
 * Brings a unit up and sees to it that it stays up: a service of type `simple` counts as started before it has read
 * its configuration. If it does not, the last lines of its journal are on stderr.
 */
export function up(verb: 'start' | 'restart' | 'try-reload-or-restart', unit: string): Command {
  // What did not run is left alone by `try-…`; what does its work and ends need not be there any more.
  const fine =
    verb === 'try-reload-or-restart' ? read`active* | inactive*` : read`active* | 'inactive oneshot'`
  return run({ timeout: 900 })`{ systemctl ${verb} -- ${unit} && sleep 0.5 && {
left=${PATIENCE}
while state=$(systemctl show -p ActiveState --value -- ${unit}); do
case "$state $(systemctl show -p SubState --value -- ${unit})" in *auto-restart*) break ;; activating* | reloading* | refreshing*) ;; *) break ;; esac
[ "$left" -gt 0 ] || break
sleep 1; left=$((left - 1))
done
case "$state $(systemctl show -p Type --value -- ${unit})" in ${fine}) ;; *) echo ${unit} is "$state" >&2; false ;; esac
}; } || { journalctl --no-pager -q -n 20 -u ${unit} >&2; false; }`
}

/** Reads unit files anew if the ones that systemd knows are old: it would start what was there before. */
export function daemonReloadIfNeeded(unit: string): Command {
  return run`[ "$(systemctl show -p NeedDaemonReload --value -- ${unit})" != yes ] || systemctl daemon-reload`
}
