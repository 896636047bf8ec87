import type { Text } from '../../index.ts'
import { Secret, z } from '../../index.ts'
import { fileContent } from './content.ts'
import { webAddress } from './header.ts'
import { parsePublicKeys } from './openpgp.ts'
import { proxyAddress } from './proxy.ts'

/** Whose signature a repository's packages carry. */
export interface SigningKey {
  readonly url?: string | undefined
  readonly content?: Text | Uint8Array | undefined
  /** In hexadecimal digits, upper case. */
  readonly fingerprint: readonly string[]
  readonly proxy?: Text | undefined
}

/** The parameter for it. */
export function signingKey() {
  return z
    .object({
      url: webAddress()
        .optional()
        .describe('where the host itself fetches it; it takes its place only if it has the fingerprint'),
      content: fileContent().optional().describe('instead of `url`: the key itself, armored or binary'),
      fingerprint: fingerprints().describe(
        'of the key, or of all the keys if there are several: 40 hexadecimal digits (64 from version 6 on)',
      ),
      proxy: proxyAddress()
        .optional()
        .describe('the proxy to fetch it through; not given: that of the repository'),
    })
    .superRefine(({ url, content, fingerprint }, context) => {
      const refuse = (name: string, message: string) =>
        context.addIssue({ code: 'custom', path: [name], message })
      if (url !== undefined && content !== undefined) refuse('url', 'give either url or content')
      if (content === undefined && url === undefined) refuse('url', 'expected its url or content')
      if (content === undefined || Secret.is(content)) return
      const found = parsePublicKeys(content)?.fingerprints ?? []
      if (found.join() === [fingerprint].flat().join()) return
      refuse('fingerprint', `the content holds ${found.join(', ') || 'no public keys'}`)
    })
}

const fingerprint = z
  .string()
  .regex(/^(\s*[0-9a-fA-F]{4}){10}\s*$|^(\s*[0-9a-fA-F]{4}){16}\s*$/, {
    error: 'expected the whole fingerprint of a key, as gpg --show-keys prints it',
  })
  .transform(text => text.replaceAll(/\s/g, '').toUpperCase())

const fingerprints = () =>
  z
    .union([fingerprint, z.array(fingerprint).min(1)], {
      error: 'expected the whole fingerprint of a key, as gpg --show-keys prints it, or a list of them',
    })
    .transform((given): readonly string[] => [...new Set([given].flat())].sort())
