import type { Document, YAMLError, Node as YamlNode } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar } from 'yaml'
import { InventoryError } from '../model/error.ts'
import type { Place } from '../model/place.ts'
import type { Decrypt } from './tags.ts'
import { tagged } from './tags.ts'
import type { Entry, Source } from './written.ts'
import { asMap, Written } from './written.ts'

/** A text of YAML to read. */
export interface Text {
  readonly text: string
  /** The file as people are to see it. */
  readonly file: string
  /** Relative paths in it start here. */
  readonly folder: string
  readonly decrypt?: Decrypt | undefined
  /** A value of the command line: its place is its flag, without line and column. */
  readonly flag?: boolean
}

/**
 * Reads one YAML document (1.2, with merge keys), each value with its place. Throws one InventoryError for the first
 * thing that is wrong. An empty text is null.
 */
export function readYaml({ text, file, folder, decrypt, flag }: Text): Written {
  const lines = new LineCounter()
  const place = (offset: number): Place => {
    if (flag) return { file }
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  // Its own test for equal keys compares each with each: a minute for a hundred thousand hosts.
  const options = { lineCounter: lines, uniqueKeys: false, stringKeys: true, prettyErrors: false } as const
  const documents = parseAllDocuments(text, options)
  const source: Source = { folder, place }
  if (!Array.isArray(documents) || documents.length === 0) return new Written(null, source)
  const [document, second] = documents as Document.Parsed[]
  const [error] = document?.errors ?? []
  if (error !== undefined) throw notYaml(error, text, place)
  if (second !== undefined) {
    throw new InventoryError('the file holds several YAML documents', {
      at: place(second.range[0]),
      hint: 'Keep one: take out the "---" between them.',
    })
  }
  return new Reader(source, decrypt).read(document?.contents ?? null)
}

/** Turns the package's nodes into ours. One for each document, as it knows the anchors met so far. */
class Reader {
  readonly #source: Source
  readonly #decrypt: Decrypt | undefined
  readonly #anchors = new Map<string, Written>()

  constructor(source: Source, decrypt: Decrypt | undefined) {
    this.#source = source
    this.#decrypt = decrypt
  }

  read(node: YamlNode | null): Written {
    if (node === null) return new Written(null, this.#source)
    if (isAlias(node)) return this.#alias(node)
    const written = this.#value(node)
    // Each anchor is read once, so that aliases of aliases cannot grow without bound.
    if ('anchor' in node && node.anchor !== undefined) this.#anchors.set(node.anchor, written)
    return written
  }

  #value(node: YamlNode): Written {
    const offset = node.range?.[0] ?? 0
    if (isMap(node)) {
      this.#refuseTag(node)
      return new Written(this.#map(node.items), this.#source, offset)
    }
    if (isSeq(node)) {
      this.#refuseTag(node)
      const items = node.items.map(item => this.read(item as YamlNode | null))
      return new Written(items, this.#source, offset)
    }
    if (!isScalar(node)) throw new InventoryError('is nothing that a file can hold', { at: this.#at(offset) })
    const at = () => this.#at(offset)
    const { value, tag } = tagged(node, { at, folder: this.#source.folder, decrypt: this.#decrypt })
    return new Written(value, this.#source, offset, tag)
  }

  #alias(node: YamlNode & { source: string }): Written {
    const written = this.#anchors.get(node.source)
    if (written !== undefined) return written
    throw new InventoryError(`"*${node.source}" stands for nothing: no "&${node.source}" comes before it`, {
      at: this.#at(node.range?.[0] ?? 0),
      hint: 'Put text that begins with "*" in quotes.',
    })
  }

  #map(items: readonly { key: unknown; value: unknown }[]): Map<string, Entry> {
    const map = new Map<string, Entry>()
    const merged: Written[] = []
    for (const item of items) {
      const key = this.read(item.key as YamlNode)
      const quoted = !(isScalar(item.key) && item.key.type === Scalar.PLAIN)
      const value =
        item.value === null
          ? new Written(null, this.#source, offsetAfter(item.key))
          : this.read(item.value as YamlNode)
      if (key.value === '<<' && !quoted) merged.push(...this.#toMerge(value))
      else this.#put(map, { key, quoted, value })
    }
    for (const one of merged)
      for (const [name, entry] of asMap(one) ?? []) if (!map.has(name)) map.set(name, entry)
    return map
  }

  #put(map: Map<string, Entry>, entry: Entry): void {
    const name = String(entry.key.value)
    const first = map.get(name)
    if (first !== undefined) {
      throw new InventoryError(`"${name}" stands twice in one map`, {
        at: entry.key.at,
        hint: `The first is in line ${first.key.at.line}: make one of the two.`,
      })
    }
    if (name === '__proto__') throw new InventoryError('"__proto__" is no name', { at: entry.key.at })
    map.set(name, entry)
  }

  #toMerge(value: Written): readonly Written[] {
    const sources = Array.isArray(value.value) ? value.value : [value]
    for (const source of sources) {
      if (asMap(source) !== undefined) continue
      throw new InventoryError('"<<" takes a map, or a list of maps', { at: source.at })
    }
    return sources
  }

  #refuseTag(node: YamlNode): void {
    if (node.tag === undefined || /^tag:yaml\.org,2002:(map|seq)$/.test(node.tag)) return
    throw new InventoryError(`${node.tag} is not for a map or a list`, {
      at: this.#at(node.range?.[0] ?? 0),
      hint: node.tag === '!unsafe' ? 'Put it before each text inside.' : 'Put it before a text.',
    })
  }

  #at(offset: number): Place {
    return this.#source.place(offset)
  }
}

/** What was left empty stands where its key ends. */
function offsetAfter(key: unknown): number {
  return isScalar(key) ? (key.range?.[1] ?? 0) : 0
}

function notYaml(error: YAMLError, text: string, place: (offset: number) => Place): InventoryError {
  const [offset] = error.pos
  const at = place(offset)
  const line = text.split('\n')[(at.line ?? 1) - 1] ?? ''
  return new InventoryError(`this is not YAML: ${MEANINGS[error.code] ?? error.message}`, {
    at,
    hint: cure(error, line),
    cause: error,
  })
}

/** What the package says in words of its own options. */
const MEANINGS: Partial<Record<YAMLError['code'], string>> = {
  NON_STRING_KEY: 'a map or a list cannot be a name',
}

const CURES: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Let the names of one map begin in one column.',
  BAD_SCALAR_START: 'Put the text in quotes.',
  BAD_DQ_ESCAPE: "In double quotes write \\\\ for a backslash, or put the text in single quotes: '…'.",
  MULTILINE_IMPLICIT_KEY: 'A name is followed by a colon and a space, or an end of line.',
  NON_STRING_KEY: 'A name is a text; put what begins with "{" or "[" in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'Put a text that has ": " in it in quotes.',
}

function cure(error: YAMLError, line: string): string | undefined {
  if (line.includes('{{')) {
    return 'Templates are not evaluated here: compute it in a .ts inventory, or write !unsafe "…" to keep the text.'
  }
  if (/^Flow/.test(error.message)) return 'Close what "{" or "[" opened, and indent what is inside.'
  if (/quote$/.test(error.message)) return 'A quote was opened and not closed, here or above.'
  return CURES[error.code]
}
