import { isIP } from 'node:net'
import { z } from 'rampart'

/** A port, or a range of them as `3022:3026`. */
const port = () =>
  z.union([z.int(), z.string()]).refine(
    value => {
      const [from, to] = portRange(value)
      return /^\d{1,5}(:\d{1,5})?$/.test(String(value)) && from >= 1 && from <= to && to <= 65_535
    },
    { error: "expected a port from 1 to 65535, or a range such as '3022:3026'" },
  )

const network = () =>
  z.string().refine(isNetwork, "expected an address or a network, such as '10.20.0.0/24' or 'fd00::/64'")

/** IFNAMSIZ is 16 with its NUL: a longer name would never match, and its packets would be refused. */
const networkInterface = () =>
  z
    .string()
    .regex(
      /^(?=.{1,15}$)[A-Za-z0-9_][A-Za-z0-9_.@-]*\+?$/,
      "expected an interface of at most 15 characters, such as 'tailscale0', or 'ib+' for all that begin so",
    )

const guardedPort = z.object({
  port: port(),
  proto: z.enum(['tcp', 'udp']).default('tcp'),
  allow_cidrs: z.array(network()).default([]),
})

export const variables = z
  .object({
    public_tcp: z
      .array(port())
      .default([22, 80, 443])
      .describe('ports of TCP that are open to everybody: `443`, `8000:8010`'),
    public_udp: z
      .array(port())
      .default([])
      .describe('ports of UDP that are open to everybody; Tailscale connects more directly with `41641`'),
    guarded_ports: z
      .array(guardedPort)
      .default([])
      .describe(
        'ports that are open to some: `port` or range, `proto` (`tcp`), `allow_cidrs` (none: closed to all but who is trusted)',
      ),
    trusted_ifaces: z
      .array(networkInterface())
      .default(['tailscale0', 'br-teleport'])
      .describe(
        'interfaces by which everything may come in, besides the loopback; `ib+` is all that begin so',
      ),
    trusted_cidrs: z
      .array(network())
      .default([])
      .describe('who may reach everything: addresses and networks'),
    host_policy: z
      .enum(['enforce', 'off'])
      .default('enforce')
      .describe('`enforce`: what is not named is closed; `off`: only `guarded_ports` are guarded'),
    docker_user: z
      .boolean()
      .default(false)
      .describe(
        "also refuse what is routed to a container's own address, by a chain of DOCKER-USER; needs Docker running",
      ),
    docker_bridges: z
      .array(networkInterface())
      .min(1)
      .default(['docker0', 'br-+'])
      .describe("Docker's networks, for `docker_user`"),
    ipv6: z.boolean().default(true).describe('`false` only on a host whose kernel has no IPv6'),
    rollback_seconds: z
      .int()
      .min(45)
      .max(3600)
      .default(90)
      .describe('seconds until the host undoes a change that no fresh login has proven'),
    takeover: z
      .boolean()
      .default(false)
      .describe(
        'stop and disable ufw or firewalld once these rules are in force; otherwise they are refused',
      ),
  })
  .superRefine(({ public_tcp, public_udp, guarded_ports }, context) => {
    for (const [i, { port, proto }] of guarded_ports.entries()) {
      const name = proto === 'tcp' ? 'public_tcp' : 'public_udp'
      const open = (proto === 'tcp' ? public_tcp : public_udp).find(one => overlap(one, port))
      if (open === undefined) continue
      const message = `${open} is open to everybody by ${name}: take it out of there, or guard another port`
      context.addIssue({ code: 'custom', path: ['guarded_ports', i, 'port'], message })
    }
  })

export type Variables = Readonly<z.output<typeof variables>>

export function portRange(port: number | string): readonly [from: number, to: number] {
  const [from = '', to = from] = String(port).split(':')
  return [Number(from), Number(to)]
}

function overlap(one: number | string, other: number | string): boolean {
  const [from, to] = portRange(one)
  const [otherFrom, otherTo] = portRange(other)
  return from <= otherTo && otherFrom <= to
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || address.includes('%') || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
