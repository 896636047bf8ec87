import type { Site } from '../container.ts'
import { addressOf } from '../network.ts'
import { teleportName } from './names.ts'
import type { World } from './open.ts'
import { certificateFiles } from './trust.ts'

/** A secret of the inventory, read from a file: `!file PATH`. */
export interface InFile {
  readonly file: string
}

/** What YAML can say. */
export type Value =
  | string
  | number
  | boolean
  | null
  | InFile
  | readonly Value[]
  | { readonly [name: string]: Value }
export type Variables = Readonly<Record<string, Value>>

/** Variables of the inventory, by host or group; `all` of every host. */
export interface LabVariables {
  readonly all: Variables
  readonly hosts: Readonly<Record<string, Variables>>
  readonly groups: Readonly<Record<string, Variables>>
}

/**
 * What the playbooks of the stack must be told in this lab, as one would write it into one's own inventory. A role's
 * variables stand under its name; what is the same everywhere, and every default, is left to the role.
 */
export function labVariables({ lab, networks }: Site, world: World): LabVariables {
  const { cluster } = networks
  const lan = [`${cluster.v4}.0/24`, ...(cluster.v6 === undefined ? [] : [`${cluster.v6}::/64`])]
  const proxy = addressOf(cluster, 10).v4
  return {
    all: {
      cluster_name: 'lab',
      teleport_fqdn: teleportName,
      lan_cidrs: lan,
      egress_proxy_url: `http://${proxy}:8888`,
      // The vendors' keys are the lab's own.
      key_fingerprints: Object.fromEntries(world.fingerprints),
      tailscale: { auth_key: { file: lab.files.tailscaleKey } },
    },
    hosts: {
      bastion: {
        'forward-proxy': { listen: [proxy], allow: lan },
        openresty: { tls_cert: certificateFiles.chain, tls_key: certificateFiles.key },
      },
    },
    groups: {},
  }
}

/** Variables as lines of YAML: each value on a line of its own, in the way of JSON, which is YAML, too. */
export function variableLines(variables: Variables, indent: string): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `${indent}${name}: ${flow(value)}`)
}

/** One value in one line. */
export function flow(value: Value): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(flow).join(', ')}]`
  if (isInFile(value)) return `!file ${JSON.stringify(value.file)}`
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${flow(each)}`)
    .join(', ')} }`
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value)
}

function isInFile(value: object): value is InFile {
  return 'file' in value && Object.keys(value).length === 1
}
