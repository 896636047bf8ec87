import type { PublicKey } from '../parameters/public-key.ts'
import { parsePublicKey, showPublicKey } from '../parameters/public-key.ts'

/** What an authorized_keys file is to hold. */
export interface WantedKeys {
  readonly keys: readonly PublicKey[]
  readonly state: 'present' | 'absent'
  /** No other keys besides. */
  readonly exclusive: boolean
}

/**
 * The text of the file with these keys as they are to be; the same text if they are. A key that is there with other
 * options is changed in its place. It stands there once: a second line of it, with fewer limits, would still let it in.
 * Foreign keys and remarks stay.
 */
export function withKeys(text: string, { keys, state, exclusive }: WantedKeys): string {
  const wanted = new Map(keys.map(key => [key.data, key]))
  const seen = new Set<string>()
  const lines = linesOf(text).flatMap(line => {
    const found = parsePublicKey(line)
    if (!found) return [line]
    const key = wanted.get(found.data)
    if (!key) return exclusive ? [] : [line]
    if (state === 'absent' || seen.has(found.data)) return []
    seen.add(found.data)
    return [isAsWanted(found, key) ? line : showPublicKey({ ...key, comment: key.comment || found.comment })]
  })
  const missing = state === 'absent' ? [] : keys.filter(({ data }) => !seen.has(data))
  const all = [...lines, ...missing.map(showPublicKey)]
  const result = all.map(line => `${line}\n`).join('')
  return result === `${text}\n` ? text : result
}

/** The order of options means nothing, nor does the letters' case of their names. A comment only counts if one is given. */
function isAsWanted(found: PublicKey, wanted: PublicKey): boolean {
  const canonical = ({ options }: PublicKey): string => options.map(lowered).sort().join(',')
  return (
    found.type === wanted.type &&
    canonical(found) === canonical(wanted) &&
    (wanted.comment === '' || wanted.comment === found.comment)
  )
}

const lowered = (option: string): string => option.replace(/^[^=]*/, name => name.toLowerCase())

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
