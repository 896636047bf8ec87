import { secret, z } from '../../index.ts'
import { accountId, accountName, existingAccount } from '../parameters/account.ts'
import { presentOrAbsent } from '../parameters/choices.ts'
import { hostPath } from '../parameters/path.ts'
import type { Account } from '../queries/passwd.ts'
import type { Shadow } from '../queries/shadow.ts'
import type { Stat } from '../queries/stat.ts'
import { refuseUnless } from './refusals.ts'

const EXPIRES = "expected a day, such as '2027-01-31', or 'never'"

/** The parameters of a user. */
export const userSpec = z
  .object({
    name: accountName().describe('the login name'),
    state: presentOrAbsent().describe('whether it is there'),
    uid: accountId().optional().describe('its number; not given: the next free one, or as it is'),
    group: existingAccount()
      .optional()
      .describe('its main group, which must be there; not given: one of its own name, or as it is'),
    groups: z.array(accountName()).optional().describe('its other groups, which must be there'),
    append: z.boolean().default(false).describe('leave it in groups that `groups` does not name'),
    shell: hostPath().optional().describe('what is started when it logs in'),
    home: hostPath().optional().describe('its home directory'),
    createHome: z
      .boolean()
      .optional()
      .describe('make the home directory if it is missing; not given: unless it is a system user'),
    moveHome: z.boolean().default(false).describe('when `home` changes, take along what is in the old one'),
    system: z.boolean().default(false).describe("take the number of a new user from the system's range"),
    comment: z
      .string()
      .regex(/^[^:\p{Cc}]*$/u, { error: 'expected text without ":" and line breaks' })
      .optional()
      .describe('whom or what it is for'),
    password: secret()
      .optional()
      .describe(
        'a hash as crypt(5) makes them (`openssl passwd -6`), or `*` for none that anybody could type; never the password itself',
      ),
    updatePassword: z
      .enum(['always', 'on-create'])
      .default('always')
      .describe('`on-create`: users may change it, and keep what they have'),
    locked: z.boolean().optional().describe('nobody logs in by its password; keys still work'),
    expires: z
      .union([z.iso.date({ error: EXPIRES }), z.literal('never')], {
        error: "expected a day, such as '2027-01-31', or 'never'",
      })
      .optional()
      .describe('the day from which nobody logs in as it'),
    remove: z.boolean().default(false).describe('absent: remove its home directory and mail too'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    const ofUsers = [
      'uid',
      'group',
      'groups',
      'shell',
      'home',
      'createHome',
      'comment',
      'password',
      'locked',
      'expires',
    ]
    refuseUnless(isPresent, context, given, ofUsers, 'an absent user has none')
    refuseUnless(
      !isPresent,
      context,
      { remove: given.remove || undefined },
      ['remove'],
      'only for an absent user',
    )
  })

export type UserSpec = z.output<typeof userSpec>

/** What of a user is found. */
export interface UserState {
  /** Null if there is no such user. */
  readonly account: Account | null
  /** The number of the wanted main group; null if there is none of that name. */
  readonly groupId: number | null
  /** The other groups that it is in. */
  readonly groups: readonly string[]
  /** The number of a group of its own name; null if there is none. */
  readonly namesakeId: number | null
  /** Asked for only where password, lock or expiry matter. */
  readonly shadow: Shadow | null
  /** What is where the home directory is, or will be. */
  readonly home: Stat
}
