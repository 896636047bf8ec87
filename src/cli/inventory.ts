import { UsageError } from '../model/error.ts'
import { fromHere, showPlace } from '../model/place.ts'
import type { InventoryHostView, InventoryView } from '../run/inventory.ts'
import type { Report } from '../run/report.ts'
import type { Typed } from './options.ts'
import { extraVars, one } from './requests.ts'
import type { World } from './world.ts'

/** `rampart inventory`: reads it, and connects to nobody. Answers the exit code. */
export async function inventoryCommand(typed: Typed, report: Report, world: World): Promise<number> {
  const has = (flag: string): boolean => typed.flags.has(flag)
  const forms = ['json', 'yaml', 'graph'].filter(has)
  if (forms.length > 1) throw new UsageError(`--${forms.join(' and --')} exclude each other`)
  if (has('explain') && one(typed, 'host') === undefined) {
    throw new UsageError('--explain is about one host', { hint: 'rampart inventory --host NAME --explain' })
  }
  const { viewInventory, toYaml } = await import('../run/inventory.ts')
  const request = {
    inventory: one(typed, 'inventory'),
    host: one(typed, 'host'),
    extraVars: extraVars(typed),
  }
  const view = await viewInventory(request, report.note)
  if (has('json')) world.stdout.write(`${JSON.stringify(asData(view, has('explain')), null, 2)}\n`)
  else if (has('yaml')) world.stdout.write(toYaml(asData(view, has('explain'))))
  else report.say(...asText(view, typed))
  return 0
}

function asText(view: InventoryView, typed: Typed): readonly string[] {
  const [host] = view.hosts
  if (typed.flags.has('graph')) return graph(view, 'all', 0)
  if (host === undefined || !typed.flags.has('host')) return table(view)
  return hostText(host, typed.flags.has('explain'))
}

function table({ source, hosts }: InventoryView): readonly string[] {
  const cells = hosts.map(({ name, address, via, groups }) => [
    ...[
      name,
      address,
      via === undefined ? '' : `via ${via}`,
      groups.filter(group => group !== 'all').join(', '),
    ],
  ])
  return [source, ...columns(cells)]
}

function hostText(
  { name, address, via, groups, said }: InventoryHostView,
  explained: boolean,
): readonly string[] {
  const way = via === undefined ? address : `${address} via ${via}`
  const rows = [...said].flatMap(([key, origins]) =>
    origins.slice(0, explained ? undefined : 1).map(({ name: written, value, level, place }, i) => {
      const as = written === key ? '' : ` (as ${written})`
      const shown = JSON.stringify(value)
      return explained
        ? [
            i === 0 ? key : '',
            `${i === 0 ? '' : 'over '}${shown}${as}`,
            level,
            showPlace({ ...place, file: fromHere(place.file) }),
          ]
        : [key, shown]
    }),
  )
  return [`${name} · ${way} · ${groups.join(', ')}`, ...columns(rows)]
}

/** A group with the groups in it and those of its hosts that are in none of them. */
function graph(view: InventoryView, group: string, depth: number): readonly string[] {
  const { groups, children } = view
  const inside = childrenOf(view, group)
  const below = new Set(inside.flatMap(child => groups.get(child) ?? []))
  const own = (groups.get(group) ?? []).filter(host => !below.has(host))
  const indent = '  '.repeat(depth)
  if (depth > children.size) return []
  return [
    `${indent}@${group}`,
    ...own.map(host => `${indent}  ${host}`),
    ...inside.flatMap(child => graph(view, child, depth + 1)),
  ]
}

/** What lies in no other group lies in `all`. */
function childrenOf({ children }: InventoryView, group: string): readonly string[] {
  const said = children.get(group) ?? []
  if (group !== 'all') return said
  const placed = new Set([...children].flatMap(([, names]) => names))
  return [...said, ...[...children.keys()].filter(name => name !== 'all' && !placed.has(name))]
}

function asData({ source, hosts, groups, children }: InventoryView, explained: boolean): unknown {
  const all = hosts.map(host => [host.name, hostData(host, explained)] as const)
  if (hosts.length === 1 && explained) return all[0]?.[1]
  return {
    source,
    hosts: Object.fromEntries(all),
    groups: Object.fromEntries(groups),
    children: Object.fromEntries(children),
  }
}

function hostData({ name, address, via, groups, said }: InventoryHostView, explained: boolean): unknown {
  const values = [...said].map(([key, origins]) => [key, explained ? origins : origins[0]?.value])
  return { name, address, via, groups, values: Object.fromEntries(values) }
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.min(60, Math.max(...rows.map(row => row[i]?.length ?? 0))),
  )
  return rows.map(row => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
}
