import type { Probe, Query } from '../../index.ts'
import { read } from '../../index.ts'
import { chunks, wordsQuery } from './words.ts'

/** The version that apt would install; null if it knows none. One `apt-cache policy` for any number of packages. */
export const candidateOf: Query<string, string | null> = wordsQuery<string | null>({
  name: 'apt-cache policy',
  command: names => read`${chunks(names).map(chunk => read`LC_ALL=C apt-cache policy -- ${chunk}\n`)}`,
  parse({ stdout }, names) {
    const blocks = stdout.split(/^(?=\S)/m).map(block => {
      const [name = ''] = block.split(':\n', 1)
      const [, version = '(none)'] = /^ {2}Candidate: (.*)$/m.exec(block) ?? []
      return [name, version === '(none)' ? null : version] as const
    })
    const versions = new Map(blocks)
    return names.map(name => versions.get(name) ?? null)
  },
})

/** Whether apt's lists of packages were fetched within so many seconds. */
export async function hasFreshLists(probe: Probe, seconds: number): Promise<boolean> {
  const { stdout } = await probe.ask(read`${freshLists(seconds)} && echo fresh`)
  return stdout === 'fresh\n'
}

/** The same as sh, for a script of a cure. The stamp is the one that Debian's and Ubuntu's own timers keep. */
export const freshLists = (seconds: number) =>
  read`{ set -- /var/lib/apt/lists/*Release && [ -e "$1" ] && [ -n "$(find ${APT_STAMP} /var/lib/apt/lists -prune -mmin -${Math.ceil(seconds / 60)} 2>/dev/null)" ]; }`

export const APT_STAMP = '/var/lib/apt/periodic/update-success-stamp'
