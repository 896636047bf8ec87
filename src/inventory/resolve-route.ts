import type { SshAnswer } from '../controller/ssh-config.ts'
import { askSsh } from '../controller/ssh-config.ts'
import { InventoryError } from '../model/error.ts'
import type { FleetHost } from '../model/fleet.ts'
import type { Place } from '../model/place.ts'
import type { Route, SshRoute } from '../model/route.ts'
import type { Secret } from '../model/secret.ts'
import { identity } from './identity.ts'
import { readHops } from './jump.ts'
import { placeOfHost } from './origin.ts'
import { sshFilesMatter } from './ssh-files.ts'

export interface ResolveOptions {
  /** An ssh_config in place of the user's and the system's. */
  readonly config?: string | undefined
  /** For a key's file that only ssh_config names. */
  readonly passphrase?: Secret | undefined
}

/**
 * The route of a host with what its inventory leaves open taken from ssh_config, as `ssh` itself understands it (address,
 * port, user, key, jump). Asked once for each route, and only if a file of ssh says anything that matters; where there is
 * no ssh, what is open stays open. Routes of other transports are answered as they are: OpenSSH reads its files itself.
 * Throws an InventoryError for what only OpenSSH can do, naming `transport: openssh`.
 */
export async function resolveRoute(host: FleetHost, options: ResolveOptions = {}): Promise<Route> {
  if (host.route.transport !== 'ssh') return host.route
  return resolved(host.route, { ...options, at: placeOfHost(host), below: [] })
}

interface Asking extends ResolveOptions {
  readonly at: Place | undefined
  /** The hosts whose jumps we are following. */
  readonly below: readonly string[]
}

type Settings = (SshAnswer & { kind: 'settings' })['settings']

/** By the ssh_config that was asked. Hosts behind one bastion have one route to it, and get one back. */
const answers = new Map<string | undefined, WeakMap<SshRoute, Promise<SshRoute>>>()

function resolved(route: SshRoute, asking: Asking): Promise<SshRoute> {
  const known = answers.get(asking.config) ?? new WeakMap<SshRoute, Promise<SshRoute>>()
  answers.set(asking.config, known)
  const answer = known.get(route) ?? completed(route, asking)
  known.set(route, answer)
  return answer
}

async function completed(route: SshRoute, asking: Asking): Promise<SshRoute> {
  const { config, at } = asking
  if (route.transport === 'openssh') return route
  const host = route.addresses[0] ?? route.host
  const asked = config !== undefined || sshFilesMatter()
  const answer = asked ? await askSsh({ host, user: route.user, port: route.port }, config) : NO_SSH
  if (answer.kind === 'refused') {
    throw new InventoryError(`ssh cannot tell how to reach ${route.host}: ${answer.said}`, {
      at,
      hint: `Try it: ssh -G ${host}`,
    })
  }
  const open = answer.kind === 'no-ssh' ? {} : opened(route, host, answer.settings, asking)
  const via = route.via ?? (answer.kind === 'settings' ? jump(route, answer.settings, asking) : undefined)
  return {
    ...route,
    ...open,
    via: via && (await resolved(via, { ...asking, below: [...asking.below, host] })),
  }
}

const NO_SSH: SshAnswer = { kind: 'no-ssh' }

/** What the inventory leaves open, as ssh_config has it. */
function opened(
  route: SshRoute,
  host: string,
  settings: Settings,
  { passphrase, at }: Asking,
): Partial<SshRoute> {
  const first = (keyword: string) => settings.get(keyword)?.[0]
  const alias = first('hostkeyalias')
  if (alias !== undefined) throw onlyOpenSsh(route, `HostKeyAlias ${alias}`, at)
  const address = first('hostname') ?? host
  const port = route.port ?? Number(first('port') ?? 22)
  const user = route.user ?? first('user')
  const addresses = route.named ? route.addresses : [address]
  if (route.key !== undefined) return { addresses, port, user }
  const found = identity(settings, { host, address, port, user: user ?? '' }, passphrase)
  if ('onlyOpenSsh' in found) throw onlyOpenSsh(route, found.onlyOpenSsh, at)
  return { addresses, port, user, key: found.key }
}

/** The jumps of ssh_config, each through the one before it. */
function jump(route: SshRoute, settings: Settings, { at, below }: Asking): SshRoute | undefined {
  const command = settings.get('proxycommand')?.[0]
  if (command !== undefined && command !== 'none') throw onlyOpenSsh(route, `ProxyCommand ${command}`, at)
  const jumps = settings.get('proxyjump')?.[0]
  if (jumps === undefined || jumps === 'none') return undefined
  const hops = readHops(jumps)
  if (hops === undefined) throw onlyOpenSsh(route, `ProxyJump ${jumps}`, at)
  if (below.includes(hops[0]?.host ?? '')) {
    throw new InventoryError(`ssh_config sends the way to ${below[0]} in a circle through ${hops[0]?.host}`, {
      at,
      hint: 'Write `ProxyJump none` for the jump host in ~/.ssh/config.',
    })
  }
  const open = { named: false, key: undefined, password: undefined, knownHosts: undefined }
  return hops.reduce<SshRoute | undefined>(
    (via, { host, user, port }) => ({ transport: 'ssh', host, addresses: [host], user, port, via, ...open }),
    undefined,
  )
}

function onlyOpenSsh({ host }: SshRoute, what: string, at: Place | undefined): InventoryError {
  return new InventoryError(`the way to ${host} needs ${what}, which only OpenSSH can do`, {
    at,
    hint: `Write \`transport: openssh\` for ${host}, or say in the inventory how to reach it.`,
  })
}
