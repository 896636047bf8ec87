import { checked } from './checked.ts'
import type { Touch } from './guard.ts'
import { remember } from './made.ts'
import type { Plan } from './plan.ts'
import type { Probe } from './probe.ts'
import type { z } from './schema.ts'

/** How one kind of thing is described, read and planned. */
export interface ResourceType<S extends z.ZodObject, State> {
  /** A word for people: `file`, `service`. */
  readonly kind: string
  /** The parameters: their type, their check at run time and their documentation. */
  readonly spec: S
  /** Names the thing among all of a host: `file /etc/motd`. Two of one id must agree. */
  id(spec: z.output<S>): string
  /** What it reads and writes; none: nothing is known. */
  touches?(spec: z.output<S>): readonly Touch[]
  /** What of it nothing brings back, beyond all that it touches: `what is in the folder`. Then it cannot be guarded. */
  lasting?(spec: z.output<S>): string | undefined
  /** Asks the host. Has no opinion. */
  read(probe: Probe, spec: z.output<S>): Promise<State>
  /** Compares. Asks nobody: the same spec and state give the same plan. */
  plan(spec: z.output<S>, state: State): Plan
}

/** One wanted thing on a host. Its spec and state types stay inside. */
export interface Resource {
  readonly kind: string
  readonly id: string
  readonly spec: unknown
  readonly touches: readonly Touch[]
  readonly lasting: string | undefined
  check(probe: Probe): Promise<Plan>
}

/** Makes a resource: a function from parameters to a wanted thing. Wrong parameters throw a VariableError that names them. */
export function defineResource<S extends z.ZodObject, State>(
  type: ResourceType<S, State>,
): ((spec: z.input<S>) => Resource) & { readonly type: ResourceType<S, State> } {
  const make = (given: z.input<S>): Resource => {
    const spec = checked(type.spec, given, {
      whole: `${type.kind}({…})`,
      cure: ([name = '…']) => `Write ${type.kind}({ ${name === '…' ? name : `${String(name)}: …`} }).`,
    })
    const resource: Resource = {
      kind: type.kind,
      id: type.id(spec),
      spec,
      touches: type.touches?.(spec) ?? [],
      lasting: type.lasting?.(spec),
      check: async probe => type.plan(spec, await type.read(probe, spec)),
    }
    return remember(resource, make)
  }
  return Object.assign(make, { type })
}
