import type { Probe } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import { instancesOf, isTemplate } from '../parameters/unit-file-name.ts'
import type { Unit } from './systemctl.ts'
import { unitOf } from './systemctl.ts'

/** What systemd knows of a unit file's unit. */
export interface KnownUnit {
  /** Null for a template, which is no unit. */
  readonly unit: Unit | null
  /** Systemd has read an older version of its files. */
  readonly isStale: boolean
}

/** Asks for a unit, or, if it is a template, for all of its instances that systemd has loaded. Throws a CheckFailed on a host without systemd. */
export async function knownUnit(probe: Probe, name: string): Promise<KnownUnit> {
  if (!isTemplate(name)) {
    const unit = await probe.ask(unitOf, name)
    return { unit, isStale: unit.needsReload }
  }
  const { stdout, stderr, code } = await probe.ask(
    read`LC_ALL=C systemctl show --no-pager -p NeedDaemonReload -- ${instancesOf(name)}`,
  )
  if (code !== 0) {
    throw new CheckFailed(`systemd of this host does not answer: ${stderr.trim()}`, {
      hint: 'Units are handled on hosts that systemd has started.',
    })
  }
  return { unit: null, isStale: stdout.includes('=yes') }
}
