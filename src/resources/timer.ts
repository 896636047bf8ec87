import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, run, z } from '../index.ts'
import { accountName } from './parameters/account.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { combinedPlan } from './parts/combined-plan.ts'
import type { Difference } from './parts/differences.ts'
import { planOf } from './parts/differences.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import { commandWord, unitText, unitWord } from './parts/unit-text.ts'
import type { CalendarTime } from './queries/calendar.ts'
import { calendarTime } from './queries/calendar.ts'
import type { SystemdUnitState } from './systemd-unit.ts'
import { systemdUnit } from './systemd-unit.ts'

const oneLine = (error: string) => z.string().regex(/^\s*[^\s\0][^\n\r\0]*$/, { error })
const time = oneLine("expected a time of systemd.time(7), such as 'daily' or 'Mon..Fri 04:30'").transform(
  text => text.trim(),
)
const span = z
  .string()
  .regex(/^\d[\da-zA-Z .]*$/, { error: "expected a time span, such as '90s' or '1h 30min'" })

const spec = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9:_.-]{0,200}$/, {
        error: "expected a name without its type, such as 'backup'",
      })
      .refine(name => !/\.(timer|service)$/.test(name), { error: 'expected a name without its type' })
      .describe('its name: the units are NAME.timer and NAME.service'),
    state: presentOrAbsent().describe('whether it is there'),
    schedule: z
      .union([time, z.array(time).min(1)])
      .transform(given => [given].flat())
      .optional()
      .describe("when (systemd.time(7)): `'daily'`, `'Mon..Fri 04:30'`, `'*:0/15'`, or several of them"),
    command: z
      .string()
      .regex(/^[^\0\r]*[^\s\0\r][^\0\r]*$/, { error: 'expected a command' })
      .optional()
      .describe('what sh is to run'),
    user: accountName().default('root').describe('as whom'),
    env: z
      .record(z.string(), z.string().regex(/^[^\0\r]*$/, { error: 'expected text without NUL and CR' }))
      .refine(env => Object.keys(env).every(name => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)), {
        error: 'expected names of letters, digits and "_"',
      })
      .default({})
      .describe(
        'environment variables for it; nothing in them is expanded, and every user of the host can read them',
      ),
    persistent: z.boolean().default(true).describe('make up for it after the host was off when it was due'),
    randomDelay: span
      .optional()
      .describe("how much later it may be, at random: `'10min'`; for many hosts at once"),
    timeout: span.optional().describe("how long it may take: `'2h'`; not given: for ever"),
    enabled: z.boolean().default(true).describe('whether it waits for its time, now and after every boot'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.schedule === undefined) refuse(context, 'schedule', 'expected when it is run')
    if (isPresent && given.command === undefined) refuse(context, 'command', 'expected what is run')
    refuseUnless(isPresent, context, given, ['schedule', 'command'], 'a timer that is to go has none')
  })

export type TimerSpec = z.output<typeof spec>

/** The two units, and what systemd makes of the times. */
export interface TimerState {
  readonly service: SystemdUnitState
  readonly timer: SystemdUnitState
  /** In the order of `schedule`. */
  readonly times: readonly CalendarTime[]
}

/**
 * A job that systemd runs at its times: NAME.timer, which waits, and NAME.service, which does it once. The host's own
 * systemd-analyze says beforehand whether it understands the times, and a time that never comes is an error. What it
 * prints is in the journal: `journalctl -u NAME`.
 *
 * @example
 * ```ts
 * timer({ name: 'prune-releases', schedule: 'Mon..Fri 04:30', command: 'find /srv/app/releases -mtime +30 -delete' })
 * ```
 */
export const timer = defineResource<typeof spec, TimerState>({
  kind: 'timer',
  spec,
  id: ({ name }) => `timer ${name}`,
  touches: spec => [
    ...(systemdUnit(timerUnit(spec)).touches ?? []),
    ...(systemdUnit(serviceUnit(spec)).touches ?? []),
  ],
  async read(probe, spec) {
    const [service, timer, ...times] = await Promise.all([
      systemdUnit.type.read(probe, systemdUnit.type.spec.parse(serviceUnit(spec))),
      systemdUnit.type.read(probe, systemdUnit.type.spec.parse(timerUnit(spec))),
      ...(spec.schedule ?? []).map(time => probe.ask(calendarTime, time)),
    ])
    return { service, timer, times }
  },
  plan(spec, { service, timer, times }) {
    mayCome(spec, times)
    const its = systemdUnit.type.plan(systemdUnit.type.spec.parse(timerUnit(spec)), timer)
    const doing = systemdUnit.type.plan(systemdUnit.type.spec.parse(serviceUnit(spec)), service)
    if (spec.state === 'absent') return combinedPlan(its, doing)
    return combinedPlan(doing, its, planOf(waiting(spec, timer, times, its)))
  },
})

/** Throws a CheckFailed for a time that systemd does not know, or that will not come any more. */
function mayCome({ name, schedule = [] }: TimerSpec, times: readonly CalendarTime[]): void {
  for (const [i, { error }] of times.entries()) {
    if (error === undefined) continue
    const isMissing = /not found/.test(error)
    throw new CheckFailed(`the timer ${name} cannot be run at "${schedule[i]}": ${error}`, {
      hint: isMissing
        ? 'It takes systemd-analyze, which systemd brings.'
        : 'systemd.time(7) says how times are written.',
    })
  }
  if (times.length > 0 && times.every(({ next }) => next === undefined)) {
    throw new CheckFailed(`the timer ${name} would never be run: "${schedule.join('", "')}" is over`, {
      hint: 'Give it a time to come.',
    })
  }
}

/** A timer that is changed while it waits is started anew, so that it waits for its new time. */
function waiting(
  { name, enabled }: TimerSpec,
  { known }: SystemdUnitState,
  times: readonly CalendarTime[],
  its: Plan,
): readonly Difference[] {
  const unit = `${name}.timer`
  const { file = '', active = 'inactive' } = known.unit ?? {}
  const isOn = file === 'enabled'
  const waits = active === 'active'
  const next = times.flatMap(({ next }) => next ?? []).join(' or ')
  const differences: Difference[] = []
  if (isOn !== enabled && (enabled || known.unit !== null)) {
    const step = enabled ? run`systemctl enable -- ${unit}` : run`systemctl disable -- ${unit}`
    differences.push({ name: 'enabled', from: String(isOn), to: String(enabled), steps: [step] })
  }
  if (enabled && (!waits || its.status === 'drift')) {
    const from = waits ? 'waits for its old time' : active
    const steps = [run`systemctl restart -- ${unit}`]
    differences.push({ name: 'next run', from, to: next, steps })
  }
  if (!enabled && waits) {
    differences.push({ name: 'state', from: 'waits', to: 'stopped', steps: [run`systemctl stop -- ${unit}`] })
  }
  return differences
}

function timerUnit({ name, state, schedule, persistent, randomDelay }: TimerSpec) {
  const unit = `${name}.timer`
  if (state === 'absent') return { unit, state } as const
  const content = unitText({
    Unit: { Description: `When ${name} is run` },
    Timer: {
      ...{ OnCalendar: schedule, Persistent: persistent ? 'true' : undefined },
      RandomizedDelaySec: randomDelay,
    },
    Install: { WantedBy: 'timers.target' },
  })
  return { unit, content }
}

function serviceUnit({ name, state, command = '', user, env, timeout }: TimerSpec) {
  const unit = `${name}.service`
  if (state === 'absent') return { unit, state } as const
  const content = unitText({
    Unit: { Description: name },
    Service: {
      ...{ Type: 'oneshot', User: user, TimeoutStartSec: timeout },
      Environment: Object.entries(env).map(([name, value]) => unitWord(`${name}=${value}`)),
      ExecStart: `/bin/sh -c ${commandWord(command.trim())}`,
    },
  })
  return { unit, content }
}
