import type { Command } from '../../index.ts'
import { read } from '../../index.ts'
import { chunks } from './words.ts'

/** Prints what apt knows of packages. */
export const policy = (names: readonly string[]): Command<'read'> =>
  read`${chunks(names).map(chunk => read`LC_ALL=C apt-cache policy -- ${chunk}\n`)}`

/** The version that apt would install, read from the answer; null if it knows none. */
export function candidates(stdout: string, names: readonly string[]): readonly (string | null)[] {
  const blocks = stdout.split(/^(?=\S)/m).map(block => {
    const [name = ''] = block.split(':\n', 1)
    const [, version = '(none)'] = /^ {2}Candidate: (.*)$/m.exec(block) ?? []
    return [name, version === '(none)' ? null : version] as const
  })
  const versions = new Map(blocks)
  return names.map(name => versions.get(name) ?? null)
}

/** Whether apt's lists of packages were fetched within so many seconds, for sh. The stamp is the one that Debian's and Ubuntu's own timers keep. */
export const freshLists = (seconds: number) =>
  read`{ set -- /var/lib/apt/lists/*Release && [ -e "$1" ] && [ -n "$(find ${APT_STAMP} /var/lib/apt/lists -prune -mmin -${Math.ceil(seconds / 60)} 2>/dev/null)" ]; }`

export const APT_STAMP = '/var/lib/apt/periodic/update-success-stamp'
