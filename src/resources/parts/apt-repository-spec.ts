import { z } from '../../index.ts'
import { presentOrAbsent } from '../parameters/choices.ts'
import { hostPath } from '../parameters/path.ts'
import { proxyAddress } from '../parameters/proxy.ts'
import { signingKey } from '../parameters/signing-key.ts'
import { refuse, refuseUnless } from './refusals.ts'

const word = (pattern: RegExp, error: string) => {
  const one = z.string().regex(pattern, { error })
  return z
    .union([one, z.array(one).min(1)], { error })
    .transform((given): readonly string[] => [given].flat())
}

/** The parameters of `aptRepository`: those of sources.list(5), deb822. */
export const aptRepositorySpec = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, { error: "expected letters, digits, '-' and '_'" })
      .describe(
        'what its files are called: `/etc/apt/sources.list.d/NAME.sources`, `/etc/apt/keyrings/NAME.gpg`',
      ),
    uris: word(
      /^(https?:\/\/[^\s@/]+(\/\S*)?|file:\/{1,3}[^\s/]\S*)$/,
      "expected an address without a password, such as 'https://apt.example.com/debian'",
    )
      .optional()
      .describe('where it is: an address, or several of the same content'),
    suites: word(/^[A-Za-z0-9._~+/-]+$/, "expected a suite, such as 'bookworm' or 'stable/v18/'")
      .optional()
      .describe('its suites; one that ends in `/` is a path, and has no components'),
    components: word(/^[A-Za-z0-9._~+/-]+$/, "expected a component, such as 'main'")
      .optional()
      .describe('its components, such as `main`'),
    architectures: word(/^[a-z0-9][a-z0-9-]*$/, "expected an architecture, such as 'amd64'")
      .optional()
      .describe('only packages of these; not given: those of the host'),
    types: z
      .array(z.enum(['deb', 'deb-src']))
      .min(1)
      .default(['deb'])
      .describe('packages, sources, or both'),
    key: signingKey()
      .optional()
      .describe('whose signature it carries: its key is good for this repository and no other'),
    keyring: hostPath()
      .optional()
      .describe('instead of `key`: a file with the key that something else brings, such as a package'),
    unsafe: z.boolean().default(false).describe('instead of `key`: take what nobody signed'),
    proxy: z
      .union([z.literal('DIRECT'), proxyAddress()])
      .optional()
      .describe(
        'the proxy for its hosts, by which apt reaches nothing else; `DIRECT`: none, whatever holds for the rest; not given: as the host is configured',
      ),
    enabled: z.boolean().default(true).describe('false: it is there, and not used'),
    replaces: z
      .array(hostPath())
      .default([])
      .describe(
        'files that listed it before and are to go, such as `/etc/apt/sources.list.d/NAME.list`; without this, another file that lists it is an error',
      ),
    update: z
      .boolean()
      .default(true)
      .describe('fetch its lists when it changed; only if that succeeds does it take its place'),
    lockTimeout: z
      .int()
      .min(0)
      .default(300)
      .describe("seconds to wait for another program that holds apt's lock"),
    state: presentOrAbsent().describe('whether it is there'),
  })
  .superRefine((given, context) => {
    const { uris, suites, components, key, keyring, unsafe, state } = given
    if (state === 'absent') {
      const names = ['uris', 'suites', 'components', 'architectures', 'key', 'keyring', 'proxy']
      refuseUnless(false, context, given, names, 'an absent repository has none')
      return
    }
    if (uris === undefined) refuse(context, 'uris', 'expected where it is')
    if (suites === undefined) refuse(context, 'suites', 'expected its suites')
    const paths = [suites ?? []].flat().filter(suite => suite.endsWith('/'))
    const isFlat = suites !== undefined && paths.length === [suites].flat().length
    if (paths.length > 0 && !isFlat) {
      refuse(context, 'suites', 'those that end in "/" take a repository of their own')
    }
    if (suites && !isFlat && components === undefined)
      refuse(context, 'components', 'expected its components')
    if (isFlat && components !== undefined) refuse(context, 'components', 'a suite that ends in "/" has none')
    const signs = [key !== undefined, keyring !== undefined, unsafe].filter(Boolean)
    if (signs.length === 0)
      refuse(context, 'key', 'expected its key, or unsafe: true to take what nobody signed')
    if (signs.length > 1) refuse(context, 'key', 'give one of key, keyring and unsafe')
  })

export type AptRepositorySpec = z.output<typeof aptRepositorySpec>
