import { text, z } from 'rampart'

const path = () =>
  z
    .string()
    .regex(/^(\/[A-Za-z0-9_*][A-Za-z0-9_.*@-]*)+$/, 'expected an absolute path of plain letters and digits')

/** Whether nothing but this machine itself answers there. */
function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, pathname, search, username } = new URL(address)
  const isPlain = pathname === '/' && search === '' && username === '' && !address.endsWith('/')
  return isPlain && protocol === 'https:' && /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname)
}

export const variables = z
  .object({
    server_name: z
      .string()
      .regex(
        /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
        "expected a full name in small letters, such as 'teleport.example.com'",
      )
      .describe("the cluster's name on the web"),
    flavor: z
      .enum(['auto', '1panel', 'package', 'nginx'])
      .default('auto')
      .describe(
        "which web server: 1Panel's container, OpenResty's package, the distribution's nginx; `auto`: the one that is there, in this order, else the package",
      ),
    upstream: z
      .string()
      .refine(
        isLoopback,
        "expected https on this host's own loopback, such as 'https://127.0.0.1:3080': an address of the tailnet goes down with it",
      )
      .default('https://127.0.0.1:3080')
      .describe('where Teleport listens'),
    tls_cert: path()
      .optional()
      .describe(
        'the certificate with its chain, as the web server sees the path; not given: `/www/sites/NAME/ssl/fullchain.pem`',
      ),
    tls_key: path().optional().describe('its key; not given: `privkey.pem` beside the former'),
    certificate: text()
      .optional()
      .describe(
        'the certificate with its chain itself, to be written there (`!file`); not given: something else renews it',
      ),
    certificate_key: text().optional().describe('its key itself, with `certificate`'),
    certificate_days: z
      .int()
      .min(0)
      .max(365)
      .default(14)
      .describe('days that it must still be good for: less means that nobody renews it'),
    hsts_seconds: z
      .int()
      .min(0)
      .max(63_072_000)
      .default(31_536_000)
      .describe('how long browsers take nothing but https; 0: they are told nothing'),
    http_redirect: z.boolean().default(true).describe('listen on port 80 too, and send everybody to https'),
    acme_root: path()
      .default('/usr/share/nginx/html')
      .describe('where the files of an ACME challenge are, on port 80'),
    min_tls: z.literal([1.2, 1.3]).default(1.2).describe('the oldest TLS that is spoken'),
    ipv6: z.boolean().default(true).describe('listen on IPv6 too'),
    expected_container: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "expected a container's name")
      .optional()
      .describe("the name of 1Panel's container, where there are several with openresty in their name"),
    key_fingerprint: z
      .string()
      .regex(/^[0-9A-Fa-f]{40}$/, 'expected the 40 hexadecimal digits of a fingerprint')
      .default('E52218E7087897DC6DEA6D6D97DB7443D5EDEB74')
      .describe("the key that OpenResty's packages are signed with"),
  })
  .superRefine(({ certificate, certificate_key }, context) => {
    if ((certificate === undefined) === (certificate_key === undefined)) return
    context.addIssue({
      code: 'custom',
      path: ['certificate_key'],
      message: 'give both or neither of certificate and certificate_key',
    })
  })

export type Variables = Readonly<z.output<typeof variables>>

/** Where the certificate and its key are, as the web server sees the paths. */
export function tlsFiles({ server_name, tls_cert, tls_key }: Variables): {
  readonly cert: string
  readonly key: string
} {
  const cert = tls_cert ?? `/www/sites/${server_name}/ssl/fullchain.pem`
  return { cert, key: tls_key ?? cert.replace(/[^/]*$/, 'privkey.pem') }
}
