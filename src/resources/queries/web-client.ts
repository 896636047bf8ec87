import type { Query } from '../../index.ts'
import { read } from '../../index.ts'

/** A program of the host that fetches from the web; null if it has none. */
export type WebClient = 'curl' | 'wget' | 'busybox' | null

/** Which one there is. GNU's wget reads its settings from a file, busybox's only from its arguments. */
export const webClient: Query<'', WebClient> = {
  name: 'web client',
  command: () => read`if command -v curl >/dev/null; then echo curl
elif command -v wget >/dev/null; then case $(wget --version 2>/dev/null) in *GNU*) echo wget ;; *) echo busybox ;; esac
fi`,
  parse: ({ stdout }, keys) => {
    const client = (['curl', 'wget', 'busybox'] as const).find(name => name === stdout.trim()) ?? null
    return keys.map(() => client)
  },
}
