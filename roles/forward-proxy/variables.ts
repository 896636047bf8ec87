import { isIP } from 'node:net'
import { z } from 'rampart'
import { isEverybody, isNetwork } from './networks.ts'

const address = () =>
  z
    .string()
    .refine(value => isIP(value) !== 0, 'expected an IPv4 or IPv6 address')
    .refine(
      value => !['0.0.0.0', '::'].includes(value),
      'it would listen on the public side too; name the addresses that the nodes see',
    )

const source = () =>
  z
    .string()
    .refine(isNetwork, "expected an address or a network, such as '10.20.0.0/24'")
    .refine(value => !isEverybody(value), 'it would be open to everybody')

/** `*` in it stands for a part of a name. */
const domain = () =>
  z
    .string()
    .regex(
      /^(?=.{1,253}$)[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
      "expected a name in small letters, such as 'pkgs.example.com' or '*.example.com'",
    )

const port = () => z.int().min(1).max(65_535)

/** Where packages and the tailnet come from, under the vendors' names. */
const VENDORS: readonly string[] = [
  'apt.releases.teleport.dev',
  'yum.releases.teleport.dev',
  'cdn.teleport.dev',
  'pkgs.tailscale.com',
  'controlplane.tailscale.com',
  'login.tailscale.com',
  'log.tailscale.com',
  'derp*.tailscale.com',
  'download.docker.com',
  'openresty.org',
  'archive.ubuntu.com',
  '*.archive.ubuntu.com',
  'security.ubuntu.com',
  'ports.ubuntu.com',
  'deb.debian.org',
  'security.debian.org',
  'repo.download.nvidia.com',
  'developer.download.nvidia.com',
]

export const variables = z.object({
  listen: z
    .array(address())
    .min(1)
    .describe('the addresses of this host that the nodes see; never all of them'),
  allow: z.array(source()).min(1).describe('who may use it: addresses and networks'),
  port: port().default(8888).describe('where it listens'),
  connect_ports: z.array(port()).min(1).default([443]).describe('ports that a tunnel (CONNECT) may go to'),
  domains: z
    .array(domain())
    .default([...VENDORS])
    .describe('where it may be used for; `*` stands for a part of a name; all else is refused'),
  extra_domains: z
    .array(domain())
    .default([])
    .describe("and these: the cluster's own name, one's own mirror"),
  hairpin_names: z
    .array(domain().refine(name => !name.includes('*'), 'expected a whole name'))
    .default([])
    .describe(
      'names that are this host itself and get 127.0.0.1 in its /etc/hosts: where its public address cannot be reached from inside',
    ),
  timeout: z
    .int()
    .min(310)
    .max(86_400)
    .default(600)
    .describe("seconds of silence until a connection is closed; Teleport's sign of life comes every 300"),
  max_clients: z.int().min(1).max(65_535).default(200).describe('connections at a time'),
  log_level: z
    .enum(['Critical', 'Error', 'Warning', 'Notice', 'Connect', 'Info'])
    .default('Connect')
    .describe('`Connect` tells who went where, without the noise'),
})

export type Variables = Readonly<z.output<typeof variables>>
