import { unescaped } from '../queries/mount-table.ts'

/** A line of fstab(5). */
export interface FstabEntry {
  readonly source: string
  readonly path: string
  readonly type: string
  /** With commas between. */
  readonly options: string
  readonly dump: number
  readonly pass: number
}

/** What is said of a mount point: of several lines the first, which is the one that is to stay; undefined if none says anything. */
export function entryOf(text: string, path: string): FstabEntry | undefined {
  return text
    .split('\n')
    .map(parsed)
    .find(entry => entry?.path === path)
}

/**
 * The text with this entry for its mount point and no other; `null`: with none. Other lines stay as they are. Swap has no
 * mount point: there it is the source that is looked for.
 */
export function withEntry(
  text: string,
  what: string,
  entry: FstabEntry | null,
  by: 'path' | 'source' = 'path',
): string {
  let isThere = entry === null
  const lines = text.split('\n').flatMap(line => {
    const found = parsed(line)
    if (found?.[by] !== what) return [line]
    if (entry === null || isThere) return []
    isThere = true
    return [isSame(found, entry) ? line : shown(entry)]
  })
  if (isThere || entry === null) return lines.join('\n')
  return `${lines.join('\n')}${lines.at(-1) === '' ? '' : '\n'}${shown(entry)}\n`
}

export const isSame = (one: FstabEntry, other: FstabEntry): boolean => shown(one) === shown(other)

function parsed(line: string): FstabEntry | undefined {
  const fields = line.trim().split(/[ \t]+/)
  if (line.trim().startsWith('#') || fields.length < 3) return undefined
  const [source = '', path = '', type = '', options = 'defaults', dump = '0', pass = '0'] = fields
  return {
    ...{ source: unescaped(source), path: unescaped(path), type, options: unescaped(options) },
    ...{ dump: Number(dump), pass: Number(pass) },
  }
}

const shown = ({ source, path, type, options, dump, pass }: FstabEntry): string =>
  [escaped(source), escaped(path), type, escaped(options), dump, pass].join(' ')

const escaped = (field: string): string =>
  field.replaceAll(/[ \t\n\\#]/g, letter => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`)
