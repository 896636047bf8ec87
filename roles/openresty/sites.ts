/** A `server` block of nginx's configuration, as far as two of them can be in each other's way. */
export interface Site {
  readonly file: string
  readonly names: readonly string[]
  readonly ports: readonly number[]
}

/** The sites in what `nginx -T` prints: every file that it reads, each after a line with its name. */
export function sitesIn(dump: string): readonly Site[] {
  const files = dump.split(/^# configuration file (.+):$/m)
  const sites: Site[] = []
  for (let i = 1; i < files.length; i += 2) sites.push(...sitesOf(files[i] ?? '', files[i + 1] ?? ''))
  return sites
}

/** Words that end in `;`, or in a block of more of them. */
interface Directive {
  readonly words: readonly string[]
  readonly block?: readonly Directive[]
}

function sitesOf(file: string, text: string): readonly Site[] {
  const tokens = text.matchAll(/#.*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|[^\s{};]+/g)
  const top = directives(tokens)
  const inHttp = top.flatMap(({ words, block }) => (words[0] === 'http' ? (block ?? []) : []))
  return [...top, ...inHttp].flatMap(({ words, block }) =>
    words[0] === 'server' && block !== undefined ? [siteOf(file, block)] : [],
  )
}

/** Up to the end of the block, or of the text. */
function directives(tokens: IterableIterator<RegExpMatchArray>): readonly Directive[] {
  const all: Directive[] = []
  let words: string[] = []
  for (let next = tokens.next(); !next.done; next = tokens.next()) {
    const [token] = next.value
    if (token === '}') break
    if (token === ';') all.push({ words })
    else if (token === '{') all.push({ words, block: directives(tokens) })
    else if (!token.startsWith('#')) words.push(token.replace(/^(["'])(.*)\1$/s, '$2'))
    if (token === ';' || token === '{') words = []
  }
  return all
}

function siteOf(file: string, block: readonly Directive[]): Site {
  const lines = block.map(({ words }) => words)
  const listen = lines.filter(([name]) => name === 'listen').map(([, address = '']) => address)
  return {
    file,
    names: lines.filter(([name]) => name === 'server_name').flatMap(([, ...names]) => names),
    // ngx_http_core_module: without `listen` it is port 80.
    ports: listen.length === 0 ? [80] : listen.flatMap(portOf),
  }
}

/** `443`, `127.0.0.1:443`, `[::]:443`; an address alone is port 80, and a socket has none. */
function portOf(address: string): readonly number[] {
  if (address.startsWith('unix:')) return []
  const port = /^(?:.*:)?(\d+)$/.exec(address.replace(/^\[[^\]]*\]/, ''))?.[1]
  return [port === undefined ? 80 : Number(port)]
}
