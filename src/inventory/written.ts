import type { Place } from '../model/place.ts'
import { Secret } from '../model/secret.ts'

export type Scalar = string | number | boolean | null | Secret

/** A text that somebody wrote, and where it lies. */
export interface Source {
  /** Relative paths in it start here. */
  readonly folder: string
  place(offset: number): Place
}

/** One name of a map and what was written for it. */
export interface Entry {
  readonly key: Written
  /** Whether the name was put in quotes: then it is meant as it stands. */
  readonly quoted: boolean
  readonly value: Written
}

export type WrittenMap = ReadonlyMap<string, Entry>

/** A value as somebody wrote it, and where: what all of an inventory is read from. */
export class Written {
  readonly value: Scalar | readonly Written[] | WrittenMap
  /** How a secret was asked for, such as `!env NAME`: where the words are the same, the secret is the same. */
  readonly tag: string | undefined
  readonly #source: Source
  readonly #offset: number

  constructor(value: Written['value'], source: Source, offset = 0, tag?: string) {
    this.value = value
    this.tag = tag
    this.#source = source
    this.#offset = offset
  }

  /** Found only when somebody asks: an inventory of ten thousand hosts has a hundred thousand places. */
  get at(): Place {
    return this.#source.place(this.#offset)
  }

  get folder(): string {
    return this.#source.folder
  }

  /** Another value that stands in the same place. */
  saying(value: Written['value']): Written {
    return new Written(value, this.#source, this.#offset)
  }
}

/** The value if it is a map, else undefined. */
export function asMap({ value }: Written): WrittenMap | undefined {
  return value instanceof Map ? value : undefined
}

/** The value as JavaScript has it; a secret stays a Secret. */
export function plain({ value }: Written): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) {
    return Object.fromEntries(Array.from(value as WrittenMap, ([name, entry]) => [name, plain(entry.value)]))
  }
  return value
}

/** Whether two people wrote the same. Two secrets are the same only if they were asked for in the same words. */
export function same(a: Written, b: Written): boolean {
  if (a === b) return true
  if (Secret.is(a.value) || Secret.is(b.value)) {
    return a.value === b.value || (a.tag !== undefined && a.tag === b.tag)
  }
  if (Array.isArray(a.value)) {
    const other = b.value
    return (
      Array.isArray(other) &&
      other.length === a.value.length &&
      a.value.every((item, i) => same(item, other[i]))
    )
  }
  const [mine, theirs] = [asMap(a), asMap(b)]
  if (mine === undefined || theirs === undefined) return a.value === b.value
  if (mine.size !== theirs.size) return false
  return Array.from(mine).every(([name, entry]) => {
    const other = theirs.get(name)
    return other !== undefined && same(entry.value, other.value)
  })
}

/** A value, or the name that it has in its map. */
export type Part = 'name' | 'value'

/**
 * Where the value at a path inside stands, or its name; what is missing there is said to stand where its nearest owner
 * does.
 */
export function placeIn(written: Written, path: readonly PropertyKey[], part: Part = 'value'): Place {
  const [step, ...rest] = path
  if (step === undefined) return written.at
  const entry = asMap(written)?.get(String(step))
  if (entry !== undefined && rest.length === 0 && part === 'name') return entry.key.at
  const inner = Array.isArray(written.value) ? written.value[Number(step)] : entry?.value
  return inner === undefined ? written.at : placeIn(inner, rest, part)
}
