import type { Probe } from '../../index.ts'
import { read } from '../../index.ts'

/**
 * Why the host says that it must be started anew; undefined: it does not say so. Debian and Ubuntu leave a file
 * (update-notifier, unattended-upgrades), with the packages in another; RHEL's needs-restarting(1) exits with 1.
 */
export async function rebootRequired(probe: Probe): Promise<string | undefined> {
  const { stdout } = await probe.ask(read`if [ -e /run/reboot-required ]; then
  echo required; sort -u /run/reboot-required.pkgs 2>/dev/null
elif [ ! -e /etc/debian_version ] && command -v needs-restarting >/dev/null; then
  LC_ALL=C needs-restarting -r >/dev/null 2>&1; [ "$?" != 1 ] || echo required
fi`)
  const [answer, ...names] = stdout.trim().split('\n')
  if (answer !== 'required') return undefined
  return names.length === 0 ? 'required' : `required by ${names.join(', ')}`
}
