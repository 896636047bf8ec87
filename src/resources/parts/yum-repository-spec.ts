import { z } from '../../index.ts'
import { presentOrAbsent } from '../parameters/choices.ts'
import { proxyAddress } from '../parameters/proxy.ts'
import { signingKey } from '../parameters/signing-key.ts'
import { refuse, refuseUnless } from './refusals.ts'

const address = z.string().regex(/^(https?:\/\/[^\s@/]+(\/\S*)?|file:\/{1,3}[^\s/]\S*)$/, {
  error: "expected an address without a password, such as 'https://yum.example.com/el9/$basearch'",
})

/** The parameters of `yumRepository`: those of dnf.conf(5), repo options. */
export const yumRepositorySpec = z
  .object({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, { error: "expected letters, digits, '-', '_', '.' and ':'" })
      .describe(
        'its name for dnf, and that of its files: `/etc/yum.repos.d/ID.repo`, `/etc/pki/rpm-gpg/RPM-GPG-KEY-ID`',
      ),
    name: z
      .string()
      .regex(/^\S[^\n\r]*$/, { error: 'expected text on one line' })
      .optional()
      .describe('what it is, for people; not given: its id'),
    baseurl: z
      .union([address, z.array(address).min(1)])
      .transform((given): readonly string[] => [given].flat())
      .optional()
      .describe(
        "where it is: an address, or several of the same content; `$basearch` and `$releasever` are dnf's",
      ),
    key: signingKey()
      .optional()
      .describe(
        "whose signature its packages carry; it is imported into rpm's keys, which hold for all repositories",
      ),
    unsafe: z.boolean().default(false).describe('instead of `key`: take packages that nobody signed'),
    repoGpgcheck: z
      .boolean()
      .optional()
      .describe("whether its lists are signed too, and held against the key; not given: dnf's default"),
    proxy: z
      .union([z.literal('DIRECT'), proxyAddress()])
      .optional()
      .describe(
        'the proxy for it; `DIRECT`: none, whatever holds for the rest; not given: as the host is configured',
      ),
    enabled: z.boolean().default(true).describe('false: it is there, and not used'),
    options: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9_]*$/, { error: "expected the name of an option, such as 'module_hotfixes'" }),
        z.union([
          z.string().regex(/^[^\n\r]*$/, { error: 'expected text on one line' }),
          z.number(),
          z.boolean(),
        ]),
      )
      .default({})
      .describe('other options of dnf.conf(5), such as `{ module_hotfixes: true, priority: 10 }`'),
    update: z.boolean().default(true).describe('fetch its lists when it changed'),
    lockTimeout: z
      .int()
      .min(0)
      .default(300)
      .describe("seconds to wait for another program that holds dnf's lock"),
    state: presentOrAbsent().describe('whether it is there; rpm keeps a key that it once imported'),
  })
  .superRefine((given, context) => {
    const { baseurl, key, unsafe, options, state } = given
    if (state === 'absent') {
      refuseUnless(
        false,
        context,
        given,
        ['baseurl', 'key', 'proxy', 'repoGpgcheck'],
        'an absent repository has none',
      )
      return
    }
    if (baseurl === undefined) refuse(context, 'baseurl', 'expected where it is')
    if (key === undefined && !unsafe) {
      refuse(context, 'key', 'expected its key, or unsafe: true to take packages that nobody signed')
    }
    if (key !== undefined && unsafe) refuse(context, 'unsafe', 'give either key or unsafe')
    const own = [
      'name',
      'baseurl',
      'enabled',
      'gpgcheck',
      'repo_gpgcheck',
      'gpgkey',
      'proxy',
      'proxy_username',
      'proxy_password',
    ]
    for (const name of own) {
      if (name in options)
        refuse(context, 'options', `${name} has a parameter of its own, or belongs to proxy`)
    }
  })

export type YumRepositorySpec = z.output<typeof yumRepositorySpec>
