import { CheckFailed, defineResource, didYouMean, run, z } from '../index.ts'
import { shortUnitName, unitName, wholeUnitName } from './parameters/unit-name.ts'
import type { Difference } from './parts/differences.ts'
import { planOf } from './parts/differences.ts'
import { refuse } from './parts/refusals.ts'
import { up } from './parts/unit-steps.ts'
import type { Unit } from './queries/systemctl.ts'
import { unitOf } from './queries/systemctl.ts'
import { unitFiles } from './queries/unit-files.ts'

const spec = z
  .object({
    unit: unitName().describe(
      'a unit of systemd: `ssh`, `ssh.socket`, `backup.timer`; without its type it is a service',
    ),
    state: z
      .enum(['running', 'stopped'])
      .optional()
      .describe('whether it runs now; a socket or timer: whether it listens or waits'),
    enabled: z.boolean().optional().describe('whether it is started at every boot'),
    masked: z.boolean().optional().describe('whether it is kept from being started at all'),
  })
  .superRefine(({ state, enabled, masked }, context) => {
    if (masked && state === 'running') refuse(context, 'masked', 'a masked unit cannot run')
    if (masked && enabled) refuse(context, 'masked', 'a masked unit is not started at boot')
  })

export type ServiceSpec = z.output<typeof spec>

export interface ServiceState {
  readonly unit: Unit
  /** The units that there are files for, if there is none for this one. */
  readonly others: readonly string[]
}

/**
 * A unit of systemd: whether it runs, is started at boot, is masked. What is not given is left as it is; if none of
 * them is given, it runs now and is started at every boot.
 *
 * @example
 * ```ts
 * service({ unit: 'ssh', state: 'running', enabled: true })
 * ```
 */
export const service = defineResource<typeof spec, ServiceState>({
  kind: 'service',
  spec,
  id: ({ unit }) => `service ${shortUnitName(unit)}`,
  touches: ({ unit }) => [`unit:${wholeUnitName(unit)}`],
  async read(probe, { unit: name }) {
    const unit = await probe.ask(unitOf, wholeUnitName(name))
    return { unit, others: unit.load === 'not-found' ? await unitFiles(probe) : [] }
  },
  plan(spec, { unit, others }) {
    const { state, enabled, masked } = spec
    const isBare = state === undefined && enabled === undefined && masked === undefined
    const wanted: Wanted = isBare ? { state: 'running', enabled: true } : { state, enabled, masked }
    const name = wholeUnitName(spec.unit)
    mayBe(name, wanted, unit, others)
    return planOf([
      ...maskDifference(name, wanted, unit),
      ...definitionDifference(unit),
      ...bootDifference(name, wanted, unit),
      ...runningDifference(name, wanted, unit),
    ])
  },
})

/** What is wanted, with what is meant where nothing is said. */
type Wanted = Pick<ServiceSpec, 'state' | 'enabled' | 'masked'>

/** Throws a CheckFailed for what no step could bring about. */
function mayBe(name: string, wanted: Wanted, unit: Unit, others: readonly string[]): void {
  const impossible = (message: string, hint: string): never => {
    throw new CheckFailed(`${name} ${message}`, { hint })
  }
  if (wanted.masked === true) return
  if (unit.load === 'not-found') impossible('is no unit of this host', whatThereIs(name, others))
  if (isMasked(unit)) {
    if (wanted.masked === undefined && (wanted.state === 'running' || wanted.enabled)) {
      impossible('is masked', 'masked: false takes the mask away.')
    }
    return
  }
  if (wanted.enabled && !CAN_BE_ENABLED.includes(unit.file)) {
    impossible(
      `cannot be enabled: it is ${unit.file || 'no unit file'}`,
      ENABLING[unit.file] ?? 'Leave enabled out.',
    )
  }
  // What is known of its type is from before its file was changed.
  if (isStale(unit)) return
  if (wanted.state === 'running' && unit.type === 'oneshot' && !unit.remainsAfterExit) {
    impossible(
      'does not stay running: it does its work and ends',
      'Leave state out; its timer may be what is meant.',
    )
  }
}

/** The nearest name; a host has hundreds, which would be no help. */
function whatThereIs(name: string, others: readonly string[]): string {
  const hint = didYouMean(shortUnitName(name), others.map(shortUnitName))
  if (hint.length < 200) return hint
  return 'Is its package installed? On the host, systemctl list-unit-files shows what there is.'
}

/** systemctl(1), is-enabled. */
const CAN_BE_ENABLED = [
  'enabled',
  'enabled-runtime',
  'linked',
  'linked-runtime',
  'alias',
  'disabled',
  'masked',
]

const ENABLING: Readonly<Record<string, string>> = {
  static: 'Others start it, it cannot be started at boot by itself: leave enabled out.',
  indirect: 'Enable the units that its [Install] section names under Also=.',
  generated: 'It is made of a file of another kind, such as /etc/fstab or /etc/init.d: change that.',
  transient: 'It was made by systemd-run and is gone after the next boot.',
}

const isMasked = ({ file, load }: Unit): boolean => file.startsWith('masked') || load === 'masked'

function maskDifference(name: string, { masked }: Wanted, unit: Unit): readonly Difference[] {
  if (masked === undefined || masked === isMasked(unit)) return []
  const runtime = unit.file.endsWith('-runtime') ? ['--runtime'] : []
  const step = masked ? run`systemctl mask -- ${name}` : run`systemctl unmask ${runtime} -- ${name}`
  return [{ name: 'masked', from: String(!masked), to: String(masked), steps: [step] }]
}

/** What systemd knows is older than the file, or was never good: the file may have been mended since. */
const isStale = ({ needsReload, load }: Unit): boolean =>
  needsReload || load === 'bad-setting' || load === 'error'

function definitionDifference(unit: Unit): readonly Difference[] {
  if (!isStale(unit)) return []
  const from = unit.needsReload ? 'changed on disk' : unit.load
  return [{ name: 'unit file', from, to: 'loaded', steps: [run`systemctl daemon-reload`] }]
}

function bootDifference(name: string, { enabled, masked }: Wanted, unit: Unit): readonly Difference[] {
  if (enabled === undefined) return []
  const isOn = unit.file === 'enabled' || unit.file === 'alias'
  const isOff = !isOn && unit.file !== 'enabled-runtime'
  // What is behind a mask is only seen when that is away: it is told once more then.
  const isSo = isMasked(unit) ? masked !== false && !enabled : enabled ? isOn : isOff
  if (isSo) return []
  const runtime = unit.file === 'enabled-runtime' ? ['--runtime'] : []
  const step = enabled ? run`systemctl enable -- ${name}` : run`systemctl disable ${runtime} -- ${name}`
  return [{ name: 'enabled', from: unit.file, to: String(enabled), steps: [step] }]
}

function runningDifference(name: string, { state }: Wanted, unit: Unit): readonly Difference[] {
  const isAsWanted =
    state === undefined ||
    (state === 'running' ? ['active', 'reloading', 'refreshing'] : ['inactive', 'failed']).includes(
      unit.active,
    )
  if (isAsWanted) return []
  const from = unit.sub === unit.active ? unit.active : `${unit.active} (${unit.sub})`
  return [
    {
      name: 'state',
      from,
      to: state,
      steps: [state === 'running' ? up('start', name) : run`systemctl stop -- ${name}`],
    },
  ]
}
