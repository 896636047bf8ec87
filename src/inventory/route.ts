import { InventoryError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import type { Key, Route, SshRoute } from '../model/route.ts'
import type { Secret } from '../model/secret.ts'
import type { ConnectionValues, Say, Transport } from './connection.ts'
import { connectionValues, unfit, word } from './connection.ts'
import type { Slot } from './connection-name.ts'
import type { Given } from './given.ts'
import { contradiction } from './given.ts'
import type { Hop } from './jump.ts'
import { jumpInArguments } from './jump.ts'

/** What routes are made of. */
export interface Reachable {
  readonly name: string
  readonly say: Say
  /** The same, but the command line only where nobody else says anything: a jump host keeps its own user and key. */
  readonly sayApart: Say
}

/** The route of a host, with the first address and the name of the last machine on the way. */
export interface Routed {
  readonly route: Route
  readonly address: string
  readonly via: string | undefined
  readonly values: ConnectionValues
}

/** Makes routes. Throws an InventoryError for a jump through an unknown host, in a circle, or through none that has sshd. */
export class Router {
  readonly #hosts: ReadonlyMap<string, Reachable>
  readonly #passphrase: Secret | undefined
  /** One route for all that jump through a host, so that they can share its connection. */
  readonly #jumps = new Map<string, SshRoute>()

  constructor(hosts: ReadonlyMap<string, Reachable>, passphrase: Secret | undefined) {
    this.#hosts = hosts
    this.#passphrase = passphrase
  }

  route(host: Reachable): Routed {
    const { name, say } = host
    const values = connectionValues(name, say)
    const transport = transportOf(host, values)
    refuseUseless(host, transport)
    const address = values.addresses?.[0] ?? name
    if (transport === 'local')
      return { route: { transport, host: name }, address: name, via: undefined, values }
    if (transport === 'docker') {
      const container = values.container ?? address
      return { route: { transport, host: name, container }, address: container, via: undefined, values }
    }
    const jump = jumpOf(host, say)
    const route = this.#ssh(name, transport, values, jump && this.#via(jump, transport, [name]))
    return { route, address, via: jump?.hops.at(-1)?.host, values }
  }

  #ssh(
    host: string,
    transport: SshRoute['transport'],
    values: ConnectionValues,
    via: SshRoute | undefined,
  ): SshRoute {
    const { addresses, port, user, key, password, knownHosts } = values
    return {
      transport,
      host,
      addresses: addresses ?? [host],
      named: addresses !== undefined,
      port,
      user,
      key: key === undefined ? undefined : this.#key(key),
      password,
      via,
      knownHosts,
    }
  }

  #key(path: string): Key {
    return { from: 'file', path, ...(this.#passphrase === undefined ? {} : { passphrase: this.#passphrase }) }
  }

  /** The last machine of a jump, each reached through the one before. */
  #via(
    { hops, given }: Jump,
    transport: SshRoute['transport'],
    below: readonly string[],
  ): SshRoute | undefined {
    let via: SshRoute | undefined
    for (const hop of hops) via = this.#hop(hop, via, { given, transport, below })
    return via
  }

  #hop(hop: Hop, before: SshRoute | undefined, { given, transport, below }: OnTheWay): SshRoute {
    const host = this.#hosts.get(hop.host)
    const { port, user } = hop
    if (host === undefined && given.name === 'via') throw unknownHost(hop.host, below, given, this.#hosts)
    if (host === undefined) {
      const open = { key: undefined, password: undefined, knownHosts: undefined }
      return {
        transport,
        host: hop.host,
        addresses: [hop.host],
        named: false,
        port,
        user,
        via: before,
        ...open,
      }
    }
    const route = this.#jumpThrough(host, given, below)
    if (before === undefined && user === undefined && port === undefined) return route
    return { ...route, user: user ?? route.user, port: port ?? route.port, via: before ?? route.via }
  }

  #jumpThrough(host: Reachable, given: Given, below: readonly string[]): SshRoute {
    const known = this.#jumps.get(host.name)
    if (known !== undefined) return known
    if (below.includes(host.name)) throw circle([...below, host.name], given)
    const values = connectionValues(host.name, host.sayApart)
    const transport = transportOf(host, values)
    if (transport !== 'ssh' && transport !== 'openssh') {
      throw unfit(given, below[0] ?? '', 'a host with sshd', `${host.name} has \`transport: ${transport}\`.`)
    }
    const jump = jumpOf(host, host.sayApart)
    const route = this.#ssh(
      host.name,
      transport,
      values,
      jump && this.#via(jump, transport, [...below, host.name]),
    )
    this.#jumps.set(host.name, route)
    return route
  }
}

interface OnTheWay {
  /** What asked for the jump. */
  readonly given: Given
  readonly transport: SshRoute['transport']
  /** The hosts whose routes wait for this one. */
  readonly below: readonly string[]
}

interface Jump {
  readonly given: Given
  readonly hops: readonly Hop[]
}

/** The stronger of `via` and the ProxyJump in ssh's arguments. */
function jumpOf({ name }: Reachable, say: Say): Jump | undefined {
  const said: Jump[] = []
  const via = say('via')
  if (via !== undefined) said.push({ given: via, hops: viaHop(via, name) })
  for (const slot of ['ssh_common_args', 'ssh_extra_args'] as const) {
    const given = say(slot)
    const hops = given && jumpInArguments(given, name)
    if (given !== undefined && hops !== undefined) said.push({ given, hops })
  }
  const [first, ...others] = said.sort((a, b) => b.given.level.depth - a.given.level.depth)
  if (first === undefined) return undefined
  const equal = others.find(
    other =>
      other.given.level.depth === first.given.level.depth &&
      JSON.stringify(other.hops) !== JSON.stringify(first.hops),
  )
  if (equal !== undefined) throw contradiction('the jump', name, [first.given, equal.given], InventoryError)
  return first.hops.length === 0 ? undefined : first
}

/** `via: null` takes back what a group said. */
function viaHop(given: Given, host: string): readonly Hop[] {
  if (given.value.value === null) return []
  return [{ host: word(given, host).normalize('NFC'), user: undefined, port: undefined }]
}

function transportOf({ name, say }: Reachable, values: ConnectionValues): Transport {
  if (values.transport !== undefined) return values.transport
  // localhost is this machine, unless it is said of it itself where else it is.
  const elsewhere = (['addresses', 'port', 'via'] as const).some(slot => say(slot)?.level.by === 'host')
  return name === 'localhost' && !elsewhere ? 'local' : 'ssh'
}

const FOR_SSH: readonly Slot[] = ['addresses', 'port', 'user', 'key', 'password', 'via', 'known_hosts']

/** What a host itself says in vain is a mistake; what its groups say is for their other hosts. */
function refuseUseless({ name, say }: Reachable, transport: Transport): void {
  const useless: readonly Slot[] =
    transport === 'local' ? [...FOR_SSH, 'container'] : transport === 'docker' ? FOR_SSH : ['container']
  for (const slot of useless) {
    const given = say(slot)
    if (given?.level.by !== 'host' || given.value.value === null) continue
    // Ansible's docker connection finds the container's name there.
    if (transport === 'docker' && given.name === 'ansible_host') continue
    throw new InventoryError(`${given.name} of ${name} has no use with \`transport: ${transport}\``, {
      at: given.value.at,
      hint: `Take it out, or choose another transport.`,
    })
  }
}

function unknownHost(
  name: string,
  below: readonly string[],
  given: Given,
  hosts: ReadonlyMap<string, Reachable>,
): InventoryError {
  return new InventoryError(`${below.at(-1)} is reached via "${name}", which is no host of the inventory`, {
    at: given.value.at,
    hint: didYouMean(
      name,
      [...hosts.keys()].filter(each => each !== 'localhost' && !below.includes(each)),
      'It has no other host.',
    ),
  })
}

function circle(names: readonly string[], given: Given): InventoryError {
  const last = names.at(-1) ?? ''
  return new InventoryError(`the way to ${names[0]} goes in a circle: ${names.join(' via ')}`, {
    at: given.value.at,
    hint: `Write \`via: null\` on ${last} if it is reached directly.`,
  })
}
