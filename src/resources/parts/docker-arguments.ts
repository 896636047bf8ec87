import { createHash } from 'node:crypto'
import type { Text, z } from '../../index.ts'
import { CheckFailed, reveal, Secret } from '../../index.ts'
import { pairs } from '../parameters/docker.ts'
import type { madeOf } from '../parameters/docker-container.ts'

/** What a container is made of. */
export type Making = { readonly [Name in keyof typeof madeOf]?: z.output<(typeof madeOf)[Name]> } & {
  readonly image: string
}

/** The label in which it is kept what a container was made of. */
export const MADE_OF = 'rampart.made-of'

/**
 * Each parameter and the sum of its value: `env=… image=… ports=…`. Two texts tell what differs, and nothing of the
 * values. `names` are the parameters that count.
 */
export function madeOfText(making: Making, names: readonly string[]): string {
  const given = Object.entries(making).filter(([name, value]) => names.includes(name) && value !== undefined)
  return given
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${sum(value)}`)
    .join(' ')
}

function sum(value: unknown): string {
  const text = JSON.stringify(sorted(value))
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** In the order of the names; a secret as itself. */
function sorted(value: unknown): unknown {
  if (Secret.is(value)) return { secret: value.reveal() }
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  )
}

/** The words of `docker create` after its name (docker-create(1)). The first network is the one it is made in. */
export function creationWords(making: Making, label: string): readonly string[] {
  const { image, command = [], healthcheck, logging, labels = {}, ulimits = {} } = making
  const each = (flag: string, values: readonly string[] = []) => values.flatMap(value => [flag, value])
  const one = (flag: string, value: string | number | undefined) =>
    value === undefined ? [] : [`${flag}=${value}`]
  const yes = (flag: string, value: boolean | undefined) => (value ? [flag] : [])
  return [
    ...each('--label', [`${MADE_OF}=${label}`, ...pairs(labels)]),
    ...each('--env', pairs(plainEnv(making))),
    ...(secretEnv(making) === undefined ? [] : ['--env-file', '/dev/stdin']),
    ...each('--publish', making.ports),
    ...each('--volume', making.volumes),
    ...each('--tmpfs', making.tmpfs),
    ...each('--network', making.networks?.slice(0, 1)),
    ...one('--restart', making.restart),
    ...one('--user', making.user),
    ...one('--workdir', making.workdir),
    ...one('--hostname', making.hostname),
    ...one('--entrypoint', making.entrypoint),
    ...one('--gpus', making.gpus),
    ...one('--runtime', making.runtime),
    ...one('--memory', making.memory),
    ...one('--cpus', making.cpus),
    ...one('--shm-size', making.shmSize),
    ...each('--ulimit', pairs(ulimits)),
    ...each('--device', making.devices),
    ...each('--cap-add', making.capAdd),
    ...each('--cap-drop', making.capDrop),
    ...each('--security-opt', making.securityOpt),
    ...yes('--privileged', making.privileged),
    ...yes('--read-only', making.readOnly),
    ...yes('--init', making.init),
    ...each('--add-host', making.extraHosts),
    ...one('--log-driver', logging?.driver),
    ...each('--log-opt', pairs(logging?.options ?? {})),
    ...one('--stop-timeout', making.stopTimeout),
    ...(healthcheck === false ? ['--no-healthcheck'] : []),
    ...(healthcheck ? healthWords(healthcheck) : []),
    ...(making.options ?? []),
    '--',
    image,
    ...command,
  ]
}

function healthWords(check: Exclude<NonNullable<Making['healthcheck']>, false>): readonly string[] {
  const { test, interval, timeout, retries, startPeriod } = check
  const values = { interval, timeout, 'start-period': startPeriod }
  return [
    `--health-cmd=${test}`,
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [`--health-${name}=${value}s`],
    ),
    ...(retries === undefined ? [] : [`--health-retries=${retries}`]),
  ]
}

function plainEnv({ env = {} }: Making): Readonly<Record<string, string>> {
  const plain = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(plain)
}

/** The secret variables, one a line, as `--env-file` reads them; undefined if there are none. Throws a CheckFailed for one of several lines. */
export function secretEnv({ env = {} }: Making): Secret | undefined {
  const secrets = Object.entries(env).filter((entry): entry is [string, Secret] => Secret.is(entry[1]))
  return secrets.length === 0 ? undefined : new Secret(() => secrets.map(line).join(''))
}

function line([name, value]: readonly [string, Text]): string {
  const shown = reveal(value)
  if (!/[\n\r\0]/.test(shown)) return `${name}=${shown}\n`
  throw new CheckFailed(`the secret variable ${name} has more than one line`, {
    hint: 'A secret that was read from a file often ends in a line break: take it out. A longer one is better a file, mounted.',
  })
}
