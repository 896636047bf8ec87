import type { Probe } from '../../index.ts'
import { read } from '../../index.ts'

/** The names of all units that there are files for: where a unit is missing, one of them may have been meant. */
export async function unitFiles(probe: Probe): Promise<readonly string[]> {
  const { stdout } = await probe.ask(read`LC_ALL=C systemctl list-unit-files --no-pager --no-legend --full`)
  return stdout
    .split('\n')
    .map(line => line.split(' ')[0] ?? '')
    .filter(name => name !== '')
}
