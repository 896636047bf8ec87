import type { Query } from '../../index.ts'
import { read } from '../../index.ts'

/** One repository of sources.list(5), as a line or a paragraph lists it. */
export interface AptSource {
  readonly file: string
  readonly isEnabled: boolean
  /** Without a slash at their end. */
  readonly uris: readonly string[]
  readonly suites: readonly string[]
}

/** All that apt takes packages from; null on a host without apt. */
export const aptSources: Query<'', readonly AptSource[] | null> = {
  name: 'sources.list',
  command: () => read({ secret: true })`if command -v apt-get >/dev/null; then
for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
[ ! -f "$f" ] || { printf '\\001%s\\n' "$f"; cat -- "$f"; echo; }
done
else echo none; fi`,
  parse({ stdout }, keys) {
    if (stdout === 'none\n') return keys.map(() => null)
    const sources = stdout.split('\u0001').slice(1).flatMap(sourcesOf)
    return keys.map(() => sources)
  },
}

function sourcesOf(part: string): readonly AptSource[] {
  const [file = '', ...lines] = part.split('\n')
  const text = lines.filter(line => !line.trimStart().startsWith('#')).join('\n')
  return file.endsWith('.sources') ? paragraphs(file, text) : oneLines(file, text)
}

const slashless = (uri: string): string => uri.replace(/\/+$/, '')

function oneLines(file: string, text: string): readonly AptSource[] {
  return text.split('\n').flatMap(line => {
    const [, uri, suite] = /^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)/.exec(line) ?? []
    return uri && suite ? [{ file, isEnabled: true, uris: [slashless(uri)], suites: [suite] }] : []
  })
}

function paragraphs(file: string, text: string): readonly AptSource[] {
  return text.split(/\n[ \t]*\n/).flatMap(paragraph => {
    const words = (name: string): readonly string[] =>
      (new RegExp(`^${name}:((?:.|\\n[ \\t])*)`, 'im').exec(paragraph)?.[1] ?? '')
        .split(/\s+/)
        .filter(Boolean)
    const uris = words('URIs').map(slashless)
    const isEnabled = !/^(no|false|without|off|disable)$/i.test(words('Enabled')[0] ?? 'yes')
    return uris.length === 0 ? [] : [{ file, isEnabled, uris, suites: words('Suites') }]
  })
}
