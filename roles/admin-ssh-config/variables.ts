import { z } from 'rampart'

const name = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a name of letters, digits, ".", "_" and "-"')
const user = () => z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/, 'expected the name of a user')
const path = () =>
  z.string().regex(/^~?(\/[A-Za-z0-9_.@+-]+)+$/, "expected a path, such as '~/.ssh/id_ed25519'")
const port = () => z.int().min(1).max(65_535)

const host = z.object({
  name: name(),
  address: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:%_-]*$/, 'expected an address or a name'),
  aliases: z.array(name()).default([]),
  user: user().optional(),
  port: port().default(22),
  via: name().optional(),
  identity_file: path().optional(),
})

export const variables = z
  .object({
    hosts: z
      .array(host)
      .min(1)
      .describe(
        'whom to reach: `name` of the inventory, `address`, and if need be `aliases`, `user`, `port`, `via` (the name of another of them), `identity_file`',
      ),
    user: user().default('root').describe('as whom, where a host says nothing else'),
    identity_file: path().default('~/.ssh/id_ed25519').describe('the key, and no other'),
    host_keys: z
      .boolean()
      .default(true)
      .describe(
        "write down the hosts' keys, as read from the hosts themselves over the runner's own connection",
      ),
    alive_interval: z
      .int()
      .min(0)
      .max(3600)
      .default(30)
      .describe('seconds of silence after which a host is asked for a sign of life; 0: never'),
    control_persist: z
      .string()
      .regex(/^(no|\d+[smh]?)$/, "expected a time such as '10m', or 'no'")
      .default('10m')
      .describe(
        'how long a connection is kept for the next login, which then takes no time; `no`: not at all',
      ),
    file_name: name()
      .default('rampart')
      .describe('what the files are called in `~/.ssh/config.d` and `~/.ssh/known_hosts.d`'),
  })
  .superRefine(({ hosts }, context) => {
    const names = hosts.flatMap(({ name, aliases }) => [name, ...aliases])
    const twice = names.find((one, i) => names.indexOf(one) !== i)
    if (twice !== undefined)
      context.addIssue({ code: 'custom', path: ['hosts'], message: `${twice} stands there twice` })
    const astray = hosts.find(({ via }) => via !== undefined && !hosts.some(({ name }) => name === via))
    if (astray)
      context.addIssue({
        code: 'custom',
        path: ['hosts'],
        message: `${astray.name} is to be reached via ${astray.via}, which is not among them`,
      })
  })

export type Variables = Readonly<z.output<typeof variables>>
