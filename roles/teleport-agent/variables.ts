import { isIP } from 'node:net'
import { z } from 'rampart'
import { duration } from '../teleport-bastion/duration.ts'

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const address = () =>
  z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:\d{1,5}$/,
      "expected a name with its port, such as 'teleport.example.com:443': without one Teleport takes 3080",
    )
    .refine(
      value => isIP(value.replace(/:\d+$/, '')) === 0,
      'expected a name: at an address Teleport shows a certificate of its own, which no agent believes',
    )

const label = () => z.string().regex(/^[a-zA-Z0-9/._-]+$/, 'expected letters, digits and "/._-"')

const line = () => z.string().regex(/^[^\p{Cc}]+$/u, 'expected text on one line')

export const variables = z
  .object({
    proxy_addr: address().describe("the cluster's address on the web, with its port"),
    proxy_url: z
      .string()
      .regex(
        /^http:\/\/[A-Za-z0-9.[\]:-]+\/?$/,
        "expected an address without a password, such as 'http://10.20.0.1:8888'",
      )
      .refine(
        url => URL.canParse(url) && !LOOPBACK.test(new URL(url).hostname),
        "expected the proxy's address as the node sees it, not its own loopback",
      )
      .optional()
      .describe(
        "the bastion's proxy, by which the agent and its package go; not given: the node reaches both by itself",
      ),
    no_proxy: z
      .array(z.string().regex(/^[^\s,"'$\\]+$/, 'expected a host, a domain or a network'))
      .default(['localhost', '127.0.0.1', '::1', '169.254.169.254'])
      .describe('what the agent reaches without the proxy; never the cluster'),
    bastion: line()
      .default('bastion')
      .describe("the cluster's host, as the inventory calls it: it is asked for a token"),
    nodename: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/, 'expected a name of letters, digits, "." and "-"')
      .optional()
      .describe("the node's name in the cluster; not given: as the inventory calls it"),
    labels: z
      .record(label(), line())
      .default({ fleet: 'dgx' })
      .describe('what it is known by; vendors see it once it has `vendor-access: "true"`, too'),
    dynamic_labels: z
      .array(z.strictObject({ name: label(), command: z.array(line()).min(1), period: duration('1h0m0s') }))
      .prefault([
        {
          name: 'gpus',
          command: [
            'sh',
            '-c',
            'set -- $(nvidia-smi --query-gpu=index --format=csv,noheader 2>/dev/null); echo $#',
          ],
          period: '1h0m0s',
        },
      ])
      .describe('labels whose value is what a command prints, anew after each period'),
    edition: z
      .enum(['oss', 'enterprise'])
      .default('oss')
      .describe("the cluster's; its package is `teleport` or `teleport-ent`"),
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/, "expected a whole version, such as '18.6.0'")
      .default('18.6.0')
      .describe('of the agent; never newer than the cluster'),
    channel: z
      .string()
      .regex(/^[a-z]+\/v\d+$/, "expected a channel, such as 'stable/v18'")
      .optional()
      .describe('of the repository; not given: `stable/v` and the major version'),
    hold_package: z
      .boolean()
      .default(true)
      .describe('no upgrade by anybody else: an agent that is newer than its cluster is refused by it'),
    key_fingerprint: z
      .string()
      .regex(/^[0-9A-Fa-f]{40}$/, 'expected the 40 hexadecimal digits of a fingerprint')
      .default('0C5E8BA5658E320D1B031179C87ED53A6282C411')
      .describe("the key that Teleport's packages are signed with"),
    join_token_ttl: duration('10m0s', 1).describe(
      'how long the token is good for that a node joins with, if nobody ends it before; an hour at most',
    ),
    join_timeout: z.int().min(10).max(900).default(120).describe('seconds until a node must have joined'),
    force_rejoin: z
      .boolean()
      .default(false)
      .describe(
        'a node that cannot come back joins anew, and what it knew of another cluster is moved aside: after the cluster was rebuilt, on the command line (`-e`)',
      ),
    force_conn_upgrade: z
      .boolean()
      .default(true)
      .describe(
        "upgrade connections without trying what is in between first: a middlebox can let the agent's test fail for ever",
      ),
    tunnel_public_addr: address()
      .optional()
      .describe("where the agent's tunnel goes, where that is not the cluster's own address"),
    enhanced_recording: z
      .boolean()
      .default(true)
      .describe('record programs and connections too, not only what terminals show; takes Linux 5.8'),
    port_forwarding: z.boolean().default(false).describe('whether sessions may forward ports'),
    ssh_file_copy: z.boolean().default(false).describe('whether files may be copied by scp and sftp'),
  })
  .superRefine(({ proxy_addr, proxy_url, no_proxy }, context) => {
    if (proxy_url === undefined) return
    const [name = '', port] = proxy_addr.split(':')
    const matching = no_proxy.find(one => {
      const [host = '', only] = one.split(':')
      const domain = host.replace(/^\*?\.?/, '')
      return (
        (only === undefined || only === port) &&
        (domain === '' || name === domain || name.endsWith(`.${domain}`))
      )
    })
    if (matching === undefined) return
    context.addIssue({
      code: 'custom',
      path: ['no_proxy'],
      message: `${matching} is the cluster, too: the agent would not go through the proxy`,
    })
  })

export type Variables = Readonly<z.output<typeof variables>>
