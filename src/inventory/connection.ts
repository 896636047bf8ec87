import { InventoryError } from '../model/error.ts'
import { nearest } from '../model/nearest.ts'
import { Secret } from '../model/secret.ts'
import type { Slot } from './connection-name.ts'
import type { Given } from './given.ts'
import { shown } from './given.ts'
import { isAddress } from './name.ts'
import { pathFrom } from './path.ts'

/** What a host's connection names say, understood. What was left open, or set to nothing, is undefined. */
export interface ConnectionValues {
  readonly transport: Transport | undefined
  readonly addresses: readonly string[] | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  /** A private key's file. */
  readonly key: string | undefined
  readonly password: Secret | undefined
  readonly knownHosts: string | undefined
  readonly container: string | undefined
  readonly becomePassword: Secret | undefined
}

export type Transport = 'ssh' | 'openssh' | 'local' | 'docker'

/** The strongest of what was said for a slot. */
export type Say = (slot: Slot) => Given | undefined

/** Reads the slots of one host. Throws an InventoryError, with its place, for a value that cannot be meant. */
export function connectionValues(host: string, say: Say): ConnectionValues {
  const take = <T>(slot: Slot, read: (given: Given, host: string) => T): T | undefined => {
    const given = say(slot)
    return given === undefined || given.value.value === null ? undefined : read(given, host)
  }
  return {
    transport: take('transport', transport),
    addresses: take('addresses', addresses),
    port: take('port', port),
    user: take('user', user),
    key: take('key', path),
    password: take('password', password),
    knownHosts: take('known_hosts', path),
    container: take('container', word),
    becomePassword: take('become_password', password),
  }
}

/** The error for a value that has not the type or form it must have. */
export function unfit({ name, value }: Given, host: string, wanted: string, hint?: string): InventoryError {
  return new InventoryError(`${name} of ${host} is ${shown(value)}, not ${wanted}`, { at: value.at, hint })
}

/** A text without anything that could be read as more than one word. */
export function word(given: Given, host: string): string {
  const { value } = given.value
  if (typeof value === 'number') throw unfit(given, host, 'a text', `Write it in quotes: "${value}".`)
  // A space, a control character or a leading dash would change what the program that gets it understands.
  if (typeof value === 'string' && /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(value)) return value
  if (Secret.is(value)) {
    throw unfit(
      given,
      host,
      'a text',
      'Only passwords are secret; a .ts inventory can compute everything else.',
    )
  }
  throw unfit(given, host, 'a word', 'It may not be empty, hold a space or begin with "-".')
}

/** `true`, `false`, or a word that Ansible takes for one of them. */
export function truth({ value: { value } }: Given): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return undefined
  if (/^(yes|true|on)$/i.test(value)) return true
  return /^(no|false|off)$/i.test(value) ? false : undefined
}

const TRANSPORTS: Readonly<Record<string, Transport>> = {
  ssh: 'ssh',
  smart: 'ssh',
  paramiko: 'ssh',
  paramiko_ssh: 'ssh',
  libssh: 'ssh',
  openssh: 'openssh',
  local: 'local',
  docker: 'docker',
}

function transport(given: Given, host: string): Transport {
  const name = word(given, host)
  const found =
    TRANSPORTS[name.replace(/^(ansible\.(builtin|netcommon)|community\.(docker|general|libssh))\./, '')]
  if (found !== undefined) return found
  const near = nearest(name, ['ssh', 'openssh', 'local', 'docker'])
  throw unfit(
    given,
    host,
    'a transport',
    near === undefined ? 'There are ssh, openssh, local and docker.' : `Did you mean "${near}"?`,
  )
}

function addresses(given: Given, host: string): readonly string[] {
  const { value } = given.value
  if (!Array.isArray(value)) return [address(given, host)]
  if (given.name !== 'addresses')
    throw unfit(given, host, 'one address', 'Several are a list named `addresses`.')
  if (value.length === 0) throw unfit(given, host, 'a list of addresses: it is empty')
  return [...new Set(value.map(item => address({ ...given, value: item }, host)))]
}

function address(given: Given, host: string): string {
  const text = word(given, host)
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (isAddress(bare)) return bare
  const [, user] = /^([^@]+)@/.exec(text) ?? []
  if (user !== undefined) throw unfit(given, host, 'an address', `The user goes into \`user: ${user}\`.`)
  const [, port] = /^(?:[^:]+|\[.*\]):(\d+)$/.exec(text) ?? []
  throw unfit(
    given,
    host,
    'an address',
    port === undefined
      ? 'An address is an IP address or a DNS name.'
      : `The port goes into \`port: ${port}\`.`,
  )
}

function port(given: Given, host: string): number {
  const { value } = given.value
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65535) return number
  throw unfit(given, host, 'a port number', 'A port is a whole number from 1 to 65535.')
}

function user(given: Given, host: string): string {
  const name = word(given, host)
  if (!/[:/@]/.test(name)) return name
  throw unfit(given, host, 'the name of a user')
}

function path(given: Given, host: string): string {
  const { value } = given.value
  if (typeof value === 'string' && value !== '' && !value.includes('\0'))
    return pathFrom(given.value.folder, value)
  throw unfit(given, host, 'the path of a file')
}

function password(given: Given, host: string): Secret {
  const { value } = given.value
  if (Secret.is(value)) return value
  if (typeof value === 'string' && value !== '') return new Secret(value)
  // The value itself is not told: it may be the password after all.
  throw new InventoryError(`${given.name} of ${host} is not a text`, {
    at: given.value.at,
    hint: 'Write !env NAME or !file PATH; a password of digits goes in quotes.',
  })
}
