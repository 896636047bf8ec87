import { isIP } from 'node:net'
import { secret, z } from 'rampart'
import { duration } from './duration.ts'

/** What vendors have, and nothing but that; and what people who watch them have. */
export const VENDOR_ROLE = 'restricted-dev'
export const OBSERVER_ROLES: readonly string[] = ['auditor', 'session-observer']

const name = (what: string) =>
  z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.@+-]*$/, `expected ${what} of plain letters, digits and "._@+-"`)

const login = () =>
  z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,30}$/, 'expected the name of an account in small letters')
    .refine(account => account !== 'root', 'root is not for vendors')

const user = z.strictObject({
  name: name('a name'),
  roles: z.array(name('a role')).min(1),
  logins: z.array(name('a login')).optional(),
})

const address = () =>
  z
    .string()
    .refine(value => isIP(value) !== 0, 'expected an IPv4 or IPv6 address')
    .refine(
      value => !['0.0.0.0', '::'].includes(value),
      'it would be open on the public side, past every firewall that thinks of INPUT alone',
    )

export const variables = z
  .object({
    cluster_name: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9.-]{0,62}$/, 'expected a name of letters, digits, "." and "-"')
      .describe("the cluster's name, for ever: another one is refused once there is a cluster"),
    fqdn: z
      .string()
      .regex(
        /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
        "expected a full name in small letters without a port, such as 'teleport.example.com'",
      )
      .describe(
        'its one name on the web, which people and nodes use; security keys are registered for it, so it stays, too',
      ),
    edition: z
      .enum(['oss', 'enterprise'])
      .default('oss')
      .describe(
        '`oss` is licensed to organizations of less than 100 employees and less than $10M a year; others need `enterprise` and a license',
      ),
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/, "expected a whole version, such as '18.6.0'")
      .default('18.6.0')
      .describe('of Teleport; one major version at a time, and never back'),
    image: z
      .string()
      .regex(/^[a-z0-9][a-zA-Z0-9./:_@-]*$/, 'expected the name of an image')
      .optional()
      .describe(
        "the image, best with its digest; not given: the vendor's for edition and version, from public.ecr.aws",
      ),
    license: secret()
      .optional()
      .describe("what the vendor's license file holds, with `edition: enterprise` (`!file`, `!vault`)"),
    nodename: name('a name').default('bastion-host').describe("the container's name for itself"),
    data_dir: z
      .string()
      .regex(/^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/, 'expected an absolute path of plain letters and digits')
      .default('/opt/teleport')
      .describe('where its settings and its state are on the host; not on NFS'),
    publish_addrs: z
      .array(address())
      .refine(
        all => all.includes('127.0.0.1'),
        "expected '127.0.0.1' among them: that is where OpenResty asks",
      )
      .default(['127.0.0.1'])
      .describe(
        'where its web port is reached on the host; with an address of the tailnet Docker waits for Tailscale at boot',
      ),
    session_recording: z
      .enum(['node-sync', 'node', 'proxy-sync', 'proxy'])
      .default('node-sync')
      .describe(
        'how sessions are recorded: `-sync` ends a session that cannot be recorded, and leaves nothing on the node that could be tampered with',
      ),
    recording_encryption: z
      .boolean()
      .default(false)
      .describe(
        'encrypt recordings at rest; with `session_recording: node` for links too poor for `node-sync`',
      ),
    audit_sessions_uri: z
      .string()
      .regex(/^[a-z0-9]+:\/\/[^\s"]+$/, "expected an address, such as 's3://bucket/path'")
      .optional()
      .describe(
        'where recordings are kept off this host: a bucket with object lock; not given: in its state',
      ),
    second_factors: z
      .array(z.enum(['webauthn', 'otp', 'sso']))
      .refine(all => all.includes('webauthn') || all.includes('otp'), 'local users need webauthn or otp')
      .default(['webauthn', 'otp'])
      .describe('what people prove themselves with besides a password'),
    idle_timeout: duration('30m0s').describe('after which a silent session is ended'),
    vendor_labels: z
      .record(z.string().regex(/^[a-zA-Z0-9/._-]+$/), z.union([z.string(), z.array(z.string()).min(1)]))
      .refine(all => Object.keys(all).length > 0, 'expected at least one label: none would mean no node')
      .refine(
        all => !Object.entries(all).some(([key, value]) => key === '*' || [value].flat().includes('*')),
        'a vendor does not get every node',
      )
      .default({ fleet: 'dgx', 'vendor-access': 'true' })
      .describe('which nodes vendors see: those that have all of these labels'),
    vendor_logins: z.array(login()).min(1).default(['dev']).describe('which accounts they work in there'),
    vendor_file_copy: z.boolean().default(false).describe('whether they may copy files by scp and sftp'),
    vendor_max_ttl: duration('8h0m0s').describe('how long they stay logged in at most'),
    moderated: z
      .boolean()
      .default(false)
      .describe('their sessions need an auditor who is present; with `edition: enterprise`'),
    observers: z
      .array(name('a name'))
      .default([])
      .describe('users who watch and replay sessions: they have the roles `auditor` and `session-observer`'),
    manage_users: z
      .array(user)
      .default([{ name: 'dev', roles: [VENDOR_ROLE] }])
      .describe(
        'users with exactly these roles, and logins where they are given; who is not named here is left alone',
      ),
    reset_users: z
      .array(name('a name'))
      .default([])
      .describe(
        'users who get a new link in this run, as theirs was lost: for the command line (`-e`) alone',
      ),
    invite_ttl: duration('1h0m0s', 48).describe('how long a link is good for; 48h at most'),
    invites: z
      .string()
      .min(1)
      .optional()
      .describe(
        'folder on your own machine where links are put, a file for each user that only you can read; not given: `~/.local/state/rampart/invites`',
      ),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    const isEnterprise = given.edition === 'enterprise'
    if (isEnterprise && given.license === undefined)
      refuse('license', 'the enterprise edition needs its license')
    if (!isEnterprise && given.license !== undefined) refuse('license', 'it takes edition: enterprise')
    if (!isEnterprise && given.moderated) refuse('moderated', 'it takes edition: enterprise')
    const mixed = given.manage_users.find(one => one.roles.includes(VENDOR_ROLE) && one.roles.length > 1)
    if (mixed)
      refuse(
        'manage_users',
        `${mixed.name} has roles besides ${VENDOR_ROLE}: what any of them allows is allowed`,
      )
    const names = [...given.manage_users.map(one => one.name), ...given.observers]
    const twice = names.find((one, i) => names.indexOf(one) !== i)
    if (twice !== undefined) refuse('observers', `the user ${twice} is named twice, here and in manage_users`)
  })

export type Variables = Readonly<z.output<typeof variables>>

/** The image that runs. */
export function imageOf({ image, edition, version }: Variables): string {
  const repository = edition === 'enterprise' ? 'teleport-ent-distroless' : 'teleport-distroless'
  return image ?? `public.ecr.aws/gravitational/${repository}:${version}`
}
