import type { Fleet, FleetHost } from '../model/fleet.ts'
import type { Secret } from '../model/secret.ts'
import { becomeOf } from './become.ts'
import type { CommandLine } from './command-line.ts'
import { commandLineLayer } from './command-line.ts'
import type { Slot } from './connection-name.ts'
import type { Draft } from './draft.ts'
import type { ExtraVars } from './extra-vars.ts'
import type { Given } from './given.ts'
import { InventoryHost } from './inventory-host.ts'
import type { Layer, Warn } from './layer.ts'
import { EMPTY_LAYER, layerOf } from './layer.ts'
import type { Levels } from './levels.ts'
import { connection, strongest } from './levels.ts'
import { lineage, members } from './lineage.ts'
import { matchHosts } from './pattern.ts'
import type { Reachable } from './route.ts'
import { Router } from './route.ts'
import type { Settled } from './settle.ts'
import { settle } from './settle.ts'

export interface FleetOptions extends CommandLine {
  readonly source: string
  readonly cwd: string
  /** For every private key's file. */
  readonly passphrase?: Secret | undefined
  readonly warn?: Warn | undefined
}

/** Makes hosts that can be used of what was read. */
export function buildFleet(draft: Draft, extraVars: ExtraVars, options: FleetOptions): Fleet {
  const warn = once(options.warn ?? (() => undefined))
  const tree = lineage(draft)
  const groups = members(draft, tree)
  const top = { extra: commandLineLayer(options, extraVars, options.cwd, warn), roles: extraVars.roles }
  const settled = new Map(settle(draft, tree, top, warn))
  if (!settled.has('localhost')) settled.set('localhost', implicitLocalhost(draft, top))
  const everybody = new Map(Array.from(settled, ([name, each]) => [name, asMember(each)]))
  const router = new Router(everybody, options.passphrase)
  const hosts = new Map(Array.from(everybody, ([name, each]) => [name, fleetHost(each, router)]))
  // A role may ask for the same pattern on each of ten thousand hosts.
  const selected = new Map<string, readonly FleetHost[]>()
  const names = { hosts: new Set(hosts.keys()), groups }
  return {
    source: options.source,
    hosts,
    groups,
    children: new Map(Array.from(draft.groups.values(), ({ name, children }) => [name, [...children]])),
    select: pattern => {
      const known = selected.get(pattern)
      if (known !== undefined) return known
      const chosen = matchHosts(pattern, names)
      const found = [...hosts.values()].filter(host => chosen.has(host.name))
      selected.set(pattern, found)
      return found
    },
  }
}

type Member = Settled & Reachable

function fleetHost(member: Member, router: Router): FleetHost {
  const { name, levels, groups } = member
  const { route, address, via, values } = router.route(member)
  const become = becomeOf(name, member)
  return new InventoryHost(
    { name, address, via, route, become, becomePassword: values.becomePassword, groups },
    levels,
  )
}

function asMember(settled: Settled): Member {
  const { levels } = settled
  const say = (slot: Slot): Given | undefined => strongest(levels, slot)
  return {
    ...settled,
    name: levels.host,
    say,
    sayApart: slot => connection(levels, slot).find(each => each.level.by !== 'command line') ?? say(slot),
  }
}

/** This machine, where the inventory does not name it: in no group, with the variables of `all` but not its connection. */
function implicitLocalhost({ groups }: Draft, top: Pick<Levels, 'extra' | 'roles'>): Settled {
  const all = groups.get('all')
  const said: Layer = all === undefined ? EMPTY_LAYER : layerOf(all, 'group', 0, () => undefined)
  const sudo = [...top.extra.connection].filter(([slot]) => slot.startsWith('become'))
  const levels: Levels = {
    host: 'localhost',
    at: () => undefined,
    own: EMPTY_LAYER,
    groups: { vars: said.vars, connection: new Map() },
    extra: { vars: top.extra.vars, connection: new Map(sudo) },
    roles: top.roles,
  }
  return { levels, groups: new Set() }
}

function once(warn: Warn): Warn {
  const told = new Set<string>()
  return message => {
    if (!told.has(message)) warn(message)
    told.add(message)
  }
}
