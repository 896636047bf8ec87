import { secret, z } from 'rampart'
import { routeOf } from './routes.ts'

/** Tailscale's own, as tailscaled writes it. */
export const TAILSCALE = 'https://controlplane.tailscale.com'

const host = () =>
  z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected one name in small letters, such as 'dgx01'")

export const variables = z.object({
  auth_key: secret()
    .optional()
    .describe(
      'the key that lets this host into the tailnet (`!env`, `!file`); only a host that is not in it needs one',
    ),
  login_server: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+$/, "expected an address, such as 'https://headscale.example.com'")
    .default(TAILSCALE)
    .describe("the tailnet's coordination server: Tailscale's own, or one's Headscale"),
  tags: z
    .array(z.string().regex(/^tag:[A-Za-z][A-Za-z0-9-]*$/, "expected a tag, such as 'tag:gpu'"))
    .min(1)
    .optional()
    .describe(
      "what the tailnet's rules call this host; a tagged host's key does not expire; not given: as it is",
    ),
  hostname: host().optional().describe("its name in the tailnet; not given: the inventory's name"),
  routes: z
    .array(
      z.string().superRefine((text, context) => {
        const { error } = routeOf(text)
        if (error !== undefined) context.addIssue({ code: 'custom', message: error })
      }),
    )
    .default([])
    .describe('networks that others may reach through this host; it forwards packets then'),
  accept_dns: z.boolean().default(false).describe("take the tailnet's name servers: rewrites resolv.conf"),
  accept_routes: z
    .boolean()
    .default(false)
    .describe('reach the networks that other hosts offer; one of them may be the network it is in'),
  ssh: z
    .boolean()
    .default(false)
    .describe('let Tailscale answer SSH itself, past sshd and all that it records and refuses'),
  shields_up: z.boolean().default(false).describe('take no connections from the tailnet'),
  netfilter_mode: z
    .enum(['on', 'nodivert', 'off'])
    .default('on')
    .describe('how much it does to iptables: its rules and the jumps to them, the rules alone, nothing'),
  auto_update: z.boolean().default(false).describe('let it replace itself by newer versions'),
  proxy_url: z
    .string()
    .regex(
      /^https?:\/\/[A-Za-z0-9.[\]:-]+\/?$/,
      "expected an address without a password, such as 'http://10.20.0.1:8888'",
    )
    .optional()
    .describe('the only way out of a closed host, for its packages and for tailscaled'),
  no_proxy: z
    .array(z.string().regex(/^[A-Za-z0-9.:*/-]+$/, 'expected a name, an address or a network'))
    .default(['localhost', '127.0.0.1'])
    .describe('what tailscaled reaches past the proxy'),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+([-+~.][A-Za-z0-9.+~-]+)?$/, "expected a version, such as '1.102.5'")
    .optional()
    .describe('exactly this version, older or newer; not given: any'),
  hold: z
    .boolean()
    .optional()
    .describe('keep others from changing its version (apt-mark hold, dnf versionlock)'),
  channel: z.enum(['stable', 'unstable']).default('stable').describe('which of its repositories'),
  allow_reauth: z
    .boolean()
    .default(false)
    .describe(
      'log in anew, with `auth_key`, where nothing else does: other tags, another coordination server, a key about to expire',
    ),
  up_timeout: z.int().min(10).max(120).default(60).describe('seconds to get into the tailnet'),
  expiry_days: z
    .int()
    .min(0)
    .max(180)
    .default(7)
    .describe(
      "days that the host's key must still be good for: less is a failure, before the host drops out; 0: any",
    ),
  key_fingerprint: z
    .string()
    .regex(/^[0-9A-Fa-f]{40}$/, 'expected the 40 hexadecimal digits of a fingerprint')
    .default('2596A99EAAB33821893C0A79458CA832957F5868')
    .describe("the key that Tailscale's packages are signed with"),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('absent: out of the tailnet, and the program, its settings and its repository gone'),
})

export type Variables = Readonly<z.output<typeof variables>>
