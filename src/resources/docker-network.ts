import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { dockerLabels, dockerName, driverOptions, pairs } from './parameters/docker.ts'
import type { Changes } from './parts/attributes.ts'
import { refuseUnless } from './parts/refusals.ts'
import type { DockerNetwork } from './queries/docker-networks.ts'
import { dockerNetworkOf } from './queries/docker-networks.ts'

const subnet = z.object({
  subnet: z
    .string()
    .regex(/^[0-9a-fA-F.:]+\/\d{1,3}$/, { error: "expected a network, such as '172.28.0.0/24'" })
    .describe('its addresses'),
  gateway: z
    .string()
    .regex(/^[0-9a-fA-F.:]+$/, { error: 'expected an address' })
    .optional()
    .describe("the host's own; not given: the first one"),
})

const spec = z
  .object({
    name: dockerName().describe('its name'),
    state: presentOrAbsent().describe('whether it is there'),
    driver: z.string().min(1).optional().describe('what it is made by; not given: `bridge` for a new one'),
    subnets: z
      .array(subnet)
      .min(1)
      .optional()
      .describe('its networks; not given: the engine chooses one that is free'),
    internal: z
      .boolean()
      .optional()
      .describe('whether no way leads out of it; not given: one does, or as it is'),
    ipv6: z
      .boolean()
      .optional()
      .describe('whether it has IPv6; not given: as the engine is set up, or as it is'),
    options: driverOptions()
      .optional()
      .describe(
        "the driver's options, such as `{ 'com.docker.network.bridge.name': 'br-app' }`; others may be there too",
      ),
    labels: dockerLabels().optional().describe('names and values that a new one gets'),
  })
  .superRefine((given, context) => {
    const names = ['driver', 'subnets', 'internal', 'ipv6', 'options', 'labels']
    refuseUnless(given.state === 'present', context, given, names, 'an absent network has none')
  })

export type DockerNetworkSpec = z.output<typeof spec>

/**
 * A network of the Docker engine. What is not given is left as it is. One that is otherwise is made anew if no running
 * container is connected to it; if one is, that is an error, as it would be cut off.
 *
 * @example
 * ```ts
 * dockerNetwork({ name: 'app', options: { 'com.docker.network.bridge.name': 'br-app' } })
 * ```
 */
export const dockerNetwork = defineResource<typeof spec, DockerNetwork | null>({
  kind: 'dockerNetwork',
  spec,
  id: ({ name }) => `dockerNetwork ${name}`,
  read: (probe, { name }) => probe.ask(dockerNetworkOf, name),
  plan(spec, found): Plan {
    const { name, state } = spec
    if (state === 'absent') {
      if (found === null) return inSync()
      mayGo(found, 'is to go')
      return drift({ kind: 'fields', changes: { network: ['present', 'absent'] } }, [removal(name)])
    }
    if (found === null) {
      return drift({ kind: 'fields', changes: { network: ['absent', 'present'] } }, [creation(spec)])
    }
    const changes = changesOf(spec, found)
    const names = Object.keys(changes)
    if (names.length === 0) return inSync()
    mayGo(found, `has another ${names.join(', ')} than is wanted`)
    return drift({ kind: 'fields', changes }, [removal(name), creation(spec)])
  },
})

const removal = (name: string) => run`docker network rm ${name} >/dev/null`

function creation({
  name,
  driver,
  subnets = [],
  internal,
  ipv6,
  options = {},
  labels = {},
}: DockerNetworkSpec) {
  const flags = [
    ...(driver === undefined ? [] : ['--driver', driver]),
    ...subnets.flatMap(one => [
      '--subnet',
      one.subnet,
      ...(one.gateway === undefined ? [] : ['--gateway', one.gateway]),
    ]),
    ...(internal ? ['--internal'] : []),
    ...(ipv6 === undefined ? [] : [`--ipv6=${ipv6}`]),
    ...pairs(options).flatMap(option => ['--opt', option]),
    ...pairs(labels).flatMap(label => ['--label', label]),
  ]
  return run`docker network create ${flags} -- ${name} >/dev/null`
}

function changesOf(spec: DockerNetworkSpec, found: DockerNetwork): Changes {
  const { driver, subnets, internal, ipv6, options = {} } = spec
  const changes: Changes = {}
  if (driver !== undefined && driver !== found.driver) changes['driver'] = [found.driver, driver]
  for (const [name, is, wanted] of [
    ['internal', found.internal, internal],
    ['ipv6', found.ipv6, ipv6],
  ] as const) {
    if (wanted !== undefined && is !== wanted) changes[name] = [String(is), String(wanted)]
  }
  for (const [name, value] of Object.entries(options)) {
    const is = found.options[name]
    if (is !== value) changes[name] = [is ?? 'not set', value]
  }
  if (subnets !== undefined && !areSame(subnets, found.subnets)) {
    const told = (all: readonly { readonly subnet: string }[]) =>
      all.map(one => one.subnet).join(', ') || 'none'
    changes['subnets'] = [told(found.subnets), told(subnets)]
  }
  return changes
}

/** Other ways to write an IPv6 network are not taken for the same. */
function areSame(
  wanted: NonNullable<DockerNetworkSpec['subnets']>,
  found: DockerNetwork['subnets'],
): boolean {
  return wanted.every(({ subnet, gateway }) =>
    found.some(
      one => one.subnet === subnet.toLowerCase() && (gateway === undefined || one.gateway === gateway),
    ),
  )
}

function mayGo({ name, containers }: DockerNetwork, why: string): void {
  if (containers.length === 0) return
  throw new CheckFailed(`the network ${name} ${why}, but ${containers.join(', ')} would be cut off`, {
    hint: 'Stop what is connected to it first, or docker network disconnect it.',
  })
}
