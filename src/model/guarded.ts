import { checked } from './checked.ts'
import { PlaybookError } from './error.ts'
import type { Guard, Touch } from './guard.ts'
import type { Steps } from './plan.ts'
import { isStep } from './plan.ts'
import type { Resource } from './resource.ts'
import { z } from './schema.ts'

/** A guard as the engine takes it: with all that the task touches. */
export type GuardNode = Guard & { readonly touches: readonly Touch[] }

const TOUCH =
  /^(?:file:\/[^\n]*|unit:[\w@:.\\-]+|chain:v[46]:(?:filter|nat|mangle|raw|security):[\w-]{1,28}|table:(?:inet|ip6?|arp|bridge|netdev):[A-Za-z][\w-]{0,60}|sysctl:[\w./-]+|(?:user|group):[\w.-]+\$?|package:.+)$/

const schema = z.object({
  touches: z
    .array(
      z.custom<Touch>(value => typeof value === 'string' && TOUCH.test(value), {
        error:
          "expected what is touched, such as 'file:/etc/x', 'unit:ssh.service', 'chain:v4:filter:NAME' or 'user:NAME'",
      }),
    )
    .optional(),
  undo: z
    .custom<Steps>(value => Array.isArray(value) && value.length > 0 && value.every(isStep), {
      error: 'expected steps, such as [run`…`]',
    })
    .optional(),
  within: z.number().int().min(45).max(3600).optional(),
  through: z.array(z.string().min(1)).optional(),
  login: z
    .object({
      port: z.number().int().min(1).max(65535).optional(),
      user: z.string().min(1).optional(),
      address: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
    })
    .optional(),
  refused: z
    .array(
      z.custom<'password' | `port:${number}`>(
        value =>
          value === 'password' || (typeof value === 'string' && isPort(/^port:(\d+)$/.exec(value)?.[1])),
        { error: "expected 'password' or 'port:NUMBER'" },
      ),
    )
    .optional(),
  weak: z.boolean().optional(),
})

const isPort = (digits: string | undefined): boolean => Number(digits) >= 1 && Number(digits) <= 65535

/**
 * Makes a task's guard whole, or undefined if it has none. Throws a VariableError for what is no guard, and a
 * PlaybookError for a change that has no exact way back.
 */
export function guardOf(task: string, guard: unknown, resource: Resource | undefined): GuardNode | undefined {
  if (guard === undefined || guard === false) return undefined
  const { touches = [], ...rest } = (
    guard === true ? {} : checked(schema, guard, { whole: `task("${task}").guard` })
  ) as Guard
  const all = [...new Set([...(resource?.touches ?? []), ...touches])]
  const packaged = all.find(touch => touch.startsWith('package:'))
  if (packaged !== undefined)
    throw new PlaybookError(
      `the task "${task}" is guarded and touches ${packaged}, which has no exact way back`,
      {
        hint: 'Install packages in a task of their own, before the guarded one.',
      },
    )
  if (resource?.lasting !== undefined && rest.undo === undefined)
    throw new PlaybookError(
      `the task "${task}" is guarded, and no undo brings back ${resource.lasting} (${resource.id})`,
      {
        hint: 'Leave the guard to tasks whose way back is exact, or say how to go back: guard: { undo: [run`…`] }.',
      },
    )
  const kernels = all.find(touch =>
    /^chain:v[46]:\w+:(?:INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)$/.test(touch),
  )
  if (kernels !== undefined)
    throw new PlaybookError(
      `the task "${task}" is guarded and touches ${kernels}, which others fill too and nobody can put back`,
      {
        hint: "Put your rules into a chain of your own that it jumps to: iptablesChain({ name: 'RAMPART-IN', from: 'INPUT', … }).",
      },
    )
  if (all.length === 0 && rest.undo === undefined)
    throw new PlaybookError(`the task "${task}" is guarded and does not say what it touches`, {
      hint: "Write guard: { touches: ['file:/etc/…', 'unit:….service'] }, or how to go back: guard: { undo: [run`…`] }.",
    })
  return { ...rest, touches: all }
}
