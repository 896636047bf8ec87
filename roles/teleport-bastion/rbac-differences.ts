import type { Json, JsonMap } from './tctl.ts'
import { isMap, mapIn } from './tctl.ts'

/** Field by field, what it is and what it must be. */
export type Differences = Readonly<Record<string, readonly [from: string, to: string]>>

/** Options that the cluster prints only when they are true. */
const SILENT_WHEN_FALSE: ReadonlySet<string> = new Set([
  'permit_x11_forwarding',
  'disconnect_expired_cert',
  'lock',
])

/** Options that let somebody do more: none of them may be on unless we say so. The others have defaults that change. */
const PRIVILEGES: readonly string[] = [
  'port_forwarding',
  'forward_agent',
  'permit_x11_forwarding',
  'create_host_user',
  'create_desktop_user',
  'create_db_user',
  'create_db_user_mode',
  'cert_extensions',
  'request_access',
]

/**
 * How a role of the cluster differs from ours. What the cluster adds of its own (defaults, revisions) is none, and neither
 * is its other way to write the same. What is allowed or denied is held against ours as a whole: one rule more is a
 * privilege more.
 */
export function roleDifferences(live: JsonMap, wanted: JsonMap): Differences {
  const differences: Record<string, readonly [string, string]> = {}
  const compare = (path: string, is: Json | undefined, must: Json | undefined) => {
    const [found, given] = [shown(is), shown(must)]
    if (found !== given) differences[path] = [found, given]
  }
  compare('version', live['version'], wanted['version'])
  compare('description', mapIn(live, 'metadata')['description'], mapIn(wanted, 'metadata')['description'])
  const [is, must] = [mapIn(live, 'spec'), mapIn(wanted, 'spec')]
  const [options, ours] = [mapIn(is, 'options'), mapIn(must, 'options')]
  for (const key of new Set([...Object.keys(ours), ...PRIVILEGES])) {
    const value = key in ours || isOn(options[key]) ? options[key] : undefined
    const quiet = (one: Json | undefined) => (SILENT_WHEN_FALSE.has(key) && one === false ? undefined : one)
    compare(`options.${key}`, quiet(value), quiet(ours[key]))
  }
  for (const side of ['allow', 'deny']) {
    const [theirs, mine] = [withoutDefaults(mapIn(is, side)), withoutDefaults(mapIn(must, side))]
    for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)]))
      compare(`${side}.${key}`, theirs[key], mine[key])
  }
  return differences
}

const isOn = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== false && value !== '' && value !== 'off'

function withoutDefaults({ namespaces, ...rest }: JsonMap): JsonMap {
  return shown(namespaces) === '"default"' || namespaces === undefined ? rest : { ...rest, namespaces }
}

/** One way to write a value: lists are sets, a list of one is its element, and what is empty is nothing. */
function shown(value: Json | undefined): string {
  return JSON.stringify(canonical(value)) ?? 'nothing'
}

function canonical(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) {
    const all = value.map(canonical).filter(one => one !== undefined)
    const [first] = all
    if (first === undefined) return undefined
    if (all.length === 1 && !isMap(first)) return first
    return [...all].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (isMap(value)) {
    const entries = Object.keys(value)
      .sort()
      .flatMap(key => {
        const inner = canonical(value[key])
        return inner === undefined ? [] : [[key, inner] as const]
      })
    return entries.length === 0 ? undefined : Object.fromEntries(entries)
  }
  return value ?? undefined
}
