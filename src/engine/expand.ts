import { checked } from '../model/checked.ts'
import type { FleetHost } from '../model/fleet.ts'
import type { Host } from '../model/host.ts'
import { madeAt } from '../model/made.ts'
import type { Place } from '../model/place.ts'
import type { PlayNode } from '../model/play.ts'
import type { Item, Role, RoleUseNode } from '../model/role.ts'
import type { z } from '../model/schema.ts'
import { z as zod } from '../model/schema.ts'
import type { Text } from '../model/secret.ts'
import type { Task, TaskNode } from '../model/task.ts'
import { isResource, task } from '../model/task.ts'
import type { Entry } from './entry.ts'
import { listOf, refuseItem } from './items.ts'

/** Renders a template of a role's folder; `project/` does it. */
export type Render = (dir: string, file: string, data: object) => Text

export interface ExpandOptions {
  /** The host as playbook and roles see it. */
  readonly host: Host
  /** The same host as the inventory has it. */
  readonly entry: FleetHost
  readonly render: Render
  /** Hears of each use of a role, with its variables as they came out. */
  readonly onRole?: (role: string, vars: Readonly<Record<string, unknown>>) => void
}

/** What surrounds an item: tags add up downwards, the nearest `become` wins. */
interface Around {
  /** Whose list it is in, for errors: `the play "Web"`. */
  readonly whose: string
  /** Where that was made. */
  readonly at: Place | undefined
  readonly role: string | undefined
  readonly tags: readonly string[]
  readonly become: boolean | string | undefined
}

/** One host's whole list of one play: a pure function of variables and facts. Throws the mistakes of playbook, role and variables. */
export function expand(play: PlayNode, options: ExpandOptions): readonly Entry[] {
  const around: Around = {
    whose: `the play "${play.name}"`,
    at: madeAt(play),
    role: undefined,
    tags: play.tags ?? [],
    become: play.become ?? options.entry.become,
  }
  return entriesOf(listOf(play.items(options.host), around), around, options)
}

function entriesOf(items: readonly Item[], around: Around, options: ExpandOptions): readonly Entry[] {
  return items.flatMap(item => entryOf(item, around, options))
}

function entryOf(item: Item, around: Around, options: ExpandOptions): readonly Entry[] {
  if (!item) return []
  if (Array.isArray(item)) return entriesOf(item as readonly Item[], around, options)
  if (typeof item === 'function' && 'role' in item)
    return roleEntries((item as Role<z.ZodObject>)({}) as RoleUseNode, around, options)
  if (typeof item === 'object' && isResource(item)) return [taskEntry(task(item.id, item), around)]
  const known = item as Task | RoleUseNode | { readonly type: 'flush' }
  if (known.type === 'flush') return [{ type: 'flush' }]
  if (known.type === 'task') return [taskEntry(known, around)]
  if (known.type === 'role') return roleEntries(known, around, options)
  return refuseItem(item, around)
}

function taskEntry(given: Task, around: Around): Entry {
  const node = given as TaskNode
  const become = node.become ?? around.become
  return {
    type: 'task',
    task: node,
    role: around.role,
    tags: new Set([...around.tags, ...node.tags]),
    user: become === true ? 'root' : become || '',
  }
}

function roleEntries(use: RoleUseNode, around: Around, options: ExpandOptions): readonly Entry[] {
  const { definition } = use
  const inner: Around = {
    whose: `the role ${definition.name}`,
    at: madeAt(definition),
    role: definition.name,
    tags: [...around.tags, ...(definition.tags ?? []), ...(use.options.tags ?? [])],
    become: use.options.become ?? around.become,
  }
  const vars = variables(use, options.entry)
  options.onRole?.(definition.name, vars)
  const items = definition.tasks({
    vars,
    facts: options.host.facts,
    host: options.host,
    template: (file, data) => options.render(definition.dir, file, data),
  })
  return entriesOf(listOf(items, inner), inner, options)
}

/** A role's variables, lowest first: its defaults, the inventory, what the playbook gives, `--extra-vars`. */
function variables(use: RoleUseNode, entry: FleetHost): Readonly<Record<string, unknown>> {
  const { inventory, extra, placeOf } = entry.roleVars(use.name)
  const schema = use.definition.vars ?? zod.object({})
  // What nobody gives is looked for in the playbook only if that gives others.
  const bare = Object.keys(use.given).length === 0
  const inPlaybook = (name: string): boolean =>
    !(name in extra) && (name in use.given || !(bare || name in inventory))
  return checked(
    schema,
    { ...inventory, ...use.given, ...extra },
    {
      whole: use.name,
      of: entry.name,
      placeOf: (path, part) => (inPlaybook(String(path[0])) ? madeAt(use) : placeOf(path, part)),
      cure: path => `Set it in the inventory (${inMap([use.name, ...path])}) or in the playbook, or with -e.`,
    },
  )
}

/** `web: { tls: { cert: … } }` */
function inMap([name, ...rest]: readonly PropertyKey[]): string {
  return rest.length === 0 ? `${String(name)}: …` : `${String(name)}: { ${inMap(rest)} }`
}
