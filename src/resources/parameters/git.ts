import type { Text } from '../../index.ts'
import { Secret, z } from '../../index.ts'
import { hostPath } from './path.ts'
import { parsePublicKey } from './public-key.ts'

/** The parameter for a repository: an address that git-fetch(1) takes, without a password in it. */
export function gitRepository(): z.ZodType<string, string> {
  return z
    .string()
    .regex(
      /^(?:(?:https?|ssh|git):\/\/[^\s/]+\/\S+|file:\/\/\/\S+|\/[^\0\n]+|[\w.@-]*\w:(?!\/\/|:)[^\s:]\S*)$/,
      {
        error:
          "expected an address, such as 'https://git.example.com/app.git' or 'git@git.example.com:app.git'",
      },
    )
    .refine(url => !/^\w+:\/\/[^/]*:[^/]*@/.test(url), {
      error: 'a password in an address is kept in .git/config for all to read: give it as password, a Secret',
    })
}

/** The parameter for the name of a branch or tag (git-check-ref-format(1)). */
export function gitRef(): z.ZodType<string, string> {
  return z
    .string()
    .refine(isRef, { error: "expected the name of a branch or tag, such as 'main' or 'v1.4.0'" })
}

/** The parameter for a whole commit id: a part of one may come to mean two. */
export function gitCommit(): z.ZodType<string, string> {
  return z
    .string()
    .toLowerCase()
    .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, {
      error: 'expected the whole id of a commit, 40 hexadecimal digits',
    })
}

/** The parameter for a private key: itself, or where it is on the host. A key that is given as plain text is not shown. */
export function privateKey(): z.ZodType<Text, Text> {
  return z.custom<Text>(value => Secret.is(value) || hostPath().safeParse(value).success, {
    error: 'expected a private key as a Secret, or the path of one on the host',
    params: { secret: true },
  })
}

/** The parameter for a line of a known_hosts file: names and a key. */
export function knownHostLine(): z.ZodType<string, string> {
  return z.string().refine(
    line => {
      const [, key = ''] = /^(?:@cert-authority )?[^\s'"\\%@#]+ (\S+ \S+)$/.exec(line) ?? []
      return parsePublicKey(key) !== undefined
    },
    {
      error:
        "expected a host's names and its key, as ssh-keyscan prints them: 'git.example.com ssh-ed25519 AAAA…'",
    },
  )
}

function isRef(name: string): boolean {
  return (
    !/^[-/]|[\s~^:?*[\\\p{Cc}]|\.\.|@\{|\/\/|[/.]$/u.test(name) &&
    name !== '' &&
    name !== '@' &&
    name.split('/').every(part => !part.startsWith('.') && !part.endsWith('.lock'))
  )
}
