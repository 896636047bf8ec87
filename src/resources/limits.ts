import { defineResource, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'

/** limits.conf(5). */
const ITEMS = [
  ...['core', 'data', 'fsize', 'memlock', 'nofile', 'rss', 'stack', 'cpu', 'nproc', 'as', 'maxlogins'],
  ...['maxsyslogins', 'nonewprivs', 'priority', 'locks', 'sigpending', 'msgqueue', 'nice', 'rtprio'],
] as const

const limit = z.strictObject({
  domain: z.string().regex(/^(\*|%|[@%]?[A-Za-z_][A-Za-z0-9_.-]*\$?|[@%]?\d*:\d*|[@%]?\d+)$/, {
    error: "expected a user, a group with @ before it, '*' or ids such as '1000:'",
  }),
  type: z.enum(['soft', 'hard', 'both']),
  item: z.enum(ITEMS),
  value: z.union([z.int().min(-20), z.literal('unlimited')], {
    error: "expected a whole number or 'unlimited'",
  }),
})

const spec = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}$/, { error: "expected a name, such as '90-nginx'" })
      .refine(name => !name.endsWith('.conf'), { error: 'expected a name without .conf' })
      .describe('the name of its file in /etc/security/limits.d, without `.conf`'),
    state: presentOrAbsent().describe('whether it is there'),
    limits: z
      .array(limit)
      .min(1)
      .optional()
      .describe("the limits: `{ domain: 'nginx', type: 'both', item: 'nofile', value: 65536 }`"),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.limits === undefined) refuse(context, 'limits', 'expected the limits')
    refuseUnless(isPresent, context, given, ['limits'], 'a file that is to go has none')
  })

export type LimitsSpec = z.output<typeof spec>

/**
 * Limits for users and groups, as a file in /etc/security/limits.d. They hold from the next login; a service has its
 * own, by systemd.
 *
 * @example
 * ```ts
 * limits({ name: '90-adm', limits: [{ domain: '@adm', type: 'both', item: 'nofile', value: 65536 }] })
 * ```
 */
export const limits = defineResource<typeof spec, FileState>({
  kind: 'limits',
  spec,
  id: ({ name }) => `limits ${name}`,
  touches: spec => [fileTouch(owned(spec).path)],
  read: (probe, spec) => readOwnedFile(probe, owned(spec)),
  plan: (spec, state) => planOwnedFile(owned(spec), state),
})

const owned = ({ name, limits }: LimitsSpec): OwnedFile => ({
  path: `/etc/security/limits.d/${name}.conf`,
  content: limits?.map(line).join('') ?? null,
  folder: 'made',
})

/** `-` stands for both. */
const line = ({ domain, type, item, value }: z.output<typeof limit>): string =>
  `${domain} ${type === 'both' ? '-' : type} ${item} ${value}\n`
