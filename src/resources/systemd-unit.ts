import type { Plan, Probe } from '../index.ts'
import { CheckFailed, defineResource, inSync, run, text, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { unitFileName } from './parameters/unit-file-name.ts'
import { shortUnitName } from './parameters/unit-name.ts'
import { combinedPlan, followedBy } from './parts/combined-plan.ts'
import type { Difference } from './parts/differences.ts'
import { planOf } from './parts/differences.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { KnownUnit } from './queries/stale-units.ts'
import { knownUnit } from './queries/stale-units.ts'
import type { Stat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'
import type { Unit } from './queries/systemctl.ts'

const spec = z
  .object({
    unit: unitFileName().describe(
      'its name: `backup.timer`, `backup@.service`; without its type it is a service',
    ),
    state: presentOrAbsent().describe(
      'whether it is there; one that is to go is stopped and disabled first, unless its package brings one too',
    ),
    content: text().optional().describe('the whole file, as systemd.unit(5) describes it'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.content === undefined) refuse(context, 'content', 'expected the whole file')
    refuseUnless(isPresent, context, given, ['content'], 'an absent unit has none')
  })

export type SystemdUnitSpec = z.output<typeof spec>

/** The file, and what systemd has read of it. */
export interface SystemdUnitState {
  readonly file: FileState
  readonly known: KnownUnit
  /** A package has a unit of this name, which is in force where there is none in /etc. */
  readonly isInPackage: boolean
}

/**
 * A unit of systemd of one's own, in /etc/systemd/system. Systemd reads it anew whenever it has to. Whether it runs
 * and is started at boot is for `service`; `notify: restart(unit)` brings a change of it into force.
 *
 * @example
 * ```ts
 * task(
 *   'unit of app',
 *   systemdUnit({
 *     unit: 'app',
 *     content: '[Service]\nExecStart=/usr/bin/sleep infinity\n\n[Install]\nWantedBy=multi-user.target\n',
 *   }),
 *   { notify: restart('app') },
 * ),
 * service({ unit: 'app' })
 * ```
 */
export const systemdUnit = defineResource<typeof spec, SystemdUnitState>({
  kind: 'systemdUnit',
  spec,
  id: ({ unit }) => `systemdUnit ${shortUnitName(unit)}`,
  touches: ({ unit }) => [fileTouch(pathOf(unit)), `unit:${unit}`],
  read: lookAtUnit,
  plan(spec, state) {
    const { unit, content } = spec
    if (state.known.unit && isMasked(state.known.unit)) {
      throw new CheckFailed(`${unit} is masked`, {
        hint: `service({ unit: '${shortUnitName(unit)}', masked: false }) before it takes the mask away.`,
      })
    }
    const cleared = content === undefined && state.file.look.stat !== null ? rest(unit, state) : []
    const plan = combinedPlan(planOf(cleared), planOwnedFile(ownedUnit(spec), state.file))
    return plan.status === 'drift' ? followedBy(plan, daemonReload) : loaded(unit, state.known)
  },
})

/** Where an administrator's units are (systemd.unit(5), UNIT FILE LOAD PATH). */
const pathOf = (unit: string): string => `/etc/systemd/system/${unit}`

const ownedUnit = ({ unit, content }: SystemdUnitSpec): OwnedFile => ({
  path: pathOf(unit),
  content: content ?? null,
})

async function lookAtUnit(probe: Probe, spec: SystemdUnitSpec): Promise<SystemdUnitState> {
  const [file, known, ...inPackages] = await Promise.all([
    readOwnedFile(probe, ownedUnit(spec)),
    knownUnit(probe, spec.unit),
    ...['/usr/lib', '/lib'].map(
      (lib): Promise<Stat> => probe.ask(statOf, `${lib}/systemd/system/${spec.unit}`),
    ),
  ])
  return { file, known, isInPackage: inPackages.some(stat => stat !== null) }
}

const daemonReload = run`systemctl daemon-reload`

const isMasked = ({ file, load }: Unit): boolean => file.startsWith('masked') || load === 'masked'

/** What a unit that loses its file would leave behind: processes, and links that lead nowhere. */
function rest(unit: string, { known, isInPackage }: SystemdUnitState): readonly Difference[] {
  if (known.unit === null || isInPackage) return []
  const { active, file } = known.unit
  const runs = active !== 'inactive' && active !== 'failed'
  const starts = file.startsWith('enabled')
  return [
    ...(runs
      ? [{ name: 'state', from: active, to: 'stopped', steps: [run`systemctl stop -- ${unit}`] }]
      : []),
    ...(starts
      ? [{ name: 'enabled', from: file, to: 'false', steps: [run`systemctl disable -- ${unit}`] }]
      : []),
  ]
}

/** The plan where the file is as it should be: systemd may know an older one, or not accept it. */
function loaded(unit: string, { unit: known, isStale }: KnownUnit): Plan {
  if (isStale) {
    return planOf([{ name: 'unit file', from: 'changed on disk', to: 'loaded', steps: [daemonReload] }])
  }
  if (known?.load === 'bad-setting' || known?.load === 'error') {
    throw new CheckFailed(`systemd does not accept ${unit} (${known.load})`, {
      hint: `On the host, systemd-analyze verify ${unit} tells what is wrong.`,
    })
  }
  return inSync()
}
