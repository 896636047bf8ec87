import type { Draft, DraftHost } from './draft.ts'
import type { ExtraVars } from './extra-vars.ts'
import { DEPTH } from './given.ts'
import type { Contradiction, Layer, Warn } from './layer.ts'
import { contradictions, joined, layerOf } from './layer.ts'
import type { Levels } from './levels.ts'
import type { Lineage } from './lineage.ts'

/** What all groups of some hosts say together. */
interface Upper {
  readonly groups: ReadonlySet<string>
  readonly layer: Layer
  readonly contradictions: readonly Contradiction[]
}

/** A host's levels and its groups. */
export interface Settled {
  readonly levels: Levels
  readonly groups: ReadonlySet<string>
}

/**
 * Sorts what was said of each host by who said it. Throws for what contradicts itself where nothing stronger decides:
 * two sibling groups, or one and the same host in two places.
 */
export function settle(
  draft: Draft,
  { depth, above }: Lineage,
  top: { readonly extra: Layer; readonly roles: ExtraVars['roles'] },
  warn: Warn,
): ReadonlyMap<string, Settled> {
  const layers = new Map<string, Layer>()
  for (const group of draft.groups.values()) {
    layers.set(group.name, layerOf(group, 'group', depth.get(group.name) ?? 0, warn))
  }
  const layer = (group: string): Layer[] => [layers.get(group)].filter(each => each !== undefined)
  // Hosts of the same groups hear the same from them: ten thousand hosts, a handful of such sets.
  const uppers = new Map<string, Upper>()
  const upper = (host: DraftHost): Upper => {
    const key = [...host.groups].sort().join(' ')
    const known = uppers.get(key)
    if (known !== undefined) return known
    const groups = above(host.groups)
    const together = joined(groups.flatMap(layer))
    const made = { groups: new Set(groups), layer: together, contradictions: contradictions(together) }
    uppers.set(key, made)
    return made
  }
  return new Map(
    Array.from(draft.hosts.values(), host => {
      const own = layerOf(host, 'host', DEPTH.host, warn)
      const from = upper(host)
      refuse(
        host.name,
        [...contradictions(own), ...from.contradictions.filter(each => !each.overruled(own))],
        top.extra,
      )
      const levels: Levels = { host: host.name, at: () => host.key.at, own, groups: from.layer, ...top }
      return [host.name, { levels, groups: from.groups }]
    }),
  )
}

function refuse(host: string, found: readonly Contradiction[], extra: Layer): void {
  const standing = found.find(each => !each.overruled(extra))
  if (standing !== undefined) throw standing.error(host)
}
