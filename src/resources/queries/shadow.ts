import type { Query } from '../../index.ts'
import { CheckFailed, read, Secret } from '../../index.ts'
import { chunks, wordsQuery } from './words.ts'

/** What shadow(5) says of a user. */
export interface Shadow {
  /** The hash of the password, or what stands in its place. */
  readonly hash: Secret
  /** It begins with `!`: nobody logs in by password, and what follows is kept. */
  readonly isLocked: boolean
  /** Days from 1970-01-01 to the day from which the account is closed; null: never. */
  readonly expires: number | null
}

/** A user's line of /etc/shadow; null if there is none. Only root may ask; its answer is shown to nobody. */
export const shadowOf: Query<string, Shadow | null> = wordsQuery<Shadow | null>({
  name: 'shadow',
  command: names => {
    const asked = chunks(names).map(
      chunk => read`set -- ${chunk}
while IFS=: read -r name rest; do
for wanted do [ "$name" != "$wanted" ] || printf '%s:%s\\n' "$name" "$rest"; done
done </etc/shadow || exit
`,
    )
    return read({ secret: true })`${asked}`
  },
  parse(reply, names) {
    if (reply.code !== 0) {
      throw new CheckFailed('/etc/shadow may not be read by this user', {
        hint: 'Set become: true on the task, the play or the host.',
      })
    }
    const lines = new Map(reply.stdout.split('\n').map(line => [line.split(':', 1)[0], line.split(':')]))
    return names.map(name => {
      const [, hash, , , , , , expires] = lines.get(name) ?? []
      if (hash === undefined) return null
      return {
        hash: new Secret(hash),
        isLocked: hash.startsWith('!'),
        expires: expires === undefined || expires === '' || expires === '-1' ? null : Number(expires),
      }
    })
  },
})
