import { PlaybookError } from './error.ts'
import type { Facts } from './facts.ts'
import type { Host } from './host.ts'
import { kindOf } from './kind-of.ts'
import { remember } from './made.ts'
import { refuseNameless, refuseOptions } from './options.ts'
import type { Resource } from './resource.ts'
import { z } from './schema.ts'
import type { Text } from './secret.ts'
import type { Task } from './task.ts'

/** What may stand in a list of tasks: falsy values vanish, lists nest, a bare resource is a task named by its id. */
export type Item =
  | Task
  | Resource
  | RoleUse
  | { readonly role: string }
  | { readonly type: 'flush' }
  | false
  | null
  | undefined
  | readonly Item[]

/** A role with what a playbook gave it. */
export interface RoleUse {
  readonly type: 'role'
  readonly name: string
}

export interface RoleOptions {
  readonly tags?: readonly string[]
  /** As whom its tasks run: `true` is root. */
  readonly become?: boolean | string
}

/** What a role's list is a function of. */
export interface RoleContext<S extends z.ZodObject> {
  readonly vars: Readonly<z.output<S>>
  readonly facts: Facts
  readonly host: Host
  /** Renders an EJS file of the role's folder. Secret data makes secret text; an undefined name is an error. */
  readonly template: (file: string, data: object) => Text
}

/** A role: called in a list with its variables, or standing there bare, when all of them come from the inventory. */
export interface Role<S extends z.ZodObject> {
  readonly role: string
  readonly vars: S
  (
    // biome-ignore lint/complexity/noBannedTypes: the one type that an object without required keys is assignable to
    ...given: {} extends z.input<S>
      ? [vars?: Readonly<z.input<S>>, options?: RoleOptions]
      : [vars: Readonly<z.input<S>>, options?: RoleOptions]
  ): RoleUse
}

export interface RoleDefinition<S extends z.ZodObject = z.ZodObject> {
  /** The name of its folder, and of its variables' map in the inventory. */
  readonly name: string
  /** `import.meta.dirname`: where `templates/` and `files/` are. */
  readonly dir: string
  /** The variables: their types, defaults, checks and documentation. */
  readonly vars?: S
  readonly tags?: readonly string[]
  /** Pure: the same variables and facts give the same list. That is what lets checks run ahead. */
  readonly tasks: (context: RoleContext<S>) => readonly Item[]
}

/** What stands behind a {@link RoleUse}. */
export interface RoleUseNode extends RoleUse {
  readonly definition: RoleDefinition
  readonly given: Readonly<Record<string, unknown>>
  readonly options: RoleOptions
}

/** Defines a role. Throws a PlaybookError if it has no name or no tasks. */
// biome-ignore lint/complexity/noBannedTypes: zod types an object without keys as {}
export function role<S extends z.ZodObject = z.ZodObject<{}>>(definition: RoleDefinition<S>): Role<S> {
  const { name, tasks } = definition
  refuseNameless('role', name)
  if (typeof tasks !== 'function')
    throw new PlaybookError(`the role ${name} has ${kindOf(tasks)} where its tasks should be`, {
      hint: 'Write tasks: ({ vars }) => [ … ].',
    })
  const use = (given: object = {}, options: RoleOptions = {}): RoleUseNode => {
    refuseOptions('role', `the use of ${name}`, options)
    const node: RoleUseNode = {
      type: 'role',
      name,
      definition: definition as unknown as RoleDefinition,
      given: given as Readonly<Record<string, unknown>>,
      options,
    }
    return remember(node, use)
  }
  remember(definition, role)
  return Object.assign(use, {
    role: definition.name,
    vars: definition.vars ?? z.object({}),
  }) as unknown as Role<S>
}
