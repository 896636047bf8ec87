import type { Disguise } from './disguises.ts'
import { disguises, SHORTEST } from './disguises.ts'
import { revealed } from './secret.ts'

/** Masks every known secret in a text, whatever its {@link disguises}. */
export interface Redactor {
  (text: string): string
  /** The same for a text that comes in pieces, so that a secret cut in two is found as well. */
  stream(): RedactingStream
}

export interface RedactingStream {
  /** What can be shown so far: all but an end that may be the beginning of a secret. */
  push(chunk: string): string
  /** What was held back. */
  end(): string
}

const MASK = '***'

/**
 * A redactor for a set of secrets that may grow: by default all that were revealed in this process. Its time is
 * proportional to the text, however many secrets there are, unless they all begin alike.
 */
export function redactor(secrets: () => ReadonlySet<string> = revealed): Redactor {
  const index = newIndex()
  let known = 0
  const current = (): Index => {
    const all = secrets()
    if (all.size === known) return index
    for (const secret of [...all].slice(known)) for (const text of disguises(secret)) add(index, text)
    known = all.size
    return index
  }
  const redact = (text: string): string =>
    masked(text, text.length, spans(current(), { text, before: '', covered: 0, whole: true }), false)
  return Object.assign(redact, { stream: () => redactingStream(current) })
}

function redactingStream(current: () => Index): RedactingStream {
  let held = ''
  /** The character before what is held. */
  let before = ''
  /** How many of the held characters are known to be secret already, and whether they follow a printed mask. */
  let covered = 0
  let open = false
  const release = (index: Index, text: string, end: number): string => {
    const found = spans(index, { text, before, covered, whole: end === text.length })
    const out = masked(text, end, found, open)
    const last = found.findLast(span => span.start < end || span.start === 0)
    if (end > 0) {
      open = last !== undefined && last.end >= end
      before = text[end - 1] ?? ''
    }
    covered = Math.max(0, (last?.end ?? 0) - end)
    held = text.slice(end)
    return out
  }
  return {
    push: chunk => {
      const index = current()
      return release(index, held + chunk, possibleBeginning(index, held + chunk))
    },
    end: () => release(current(), held, held.length),
  }
}

/** Disguises by a hash of their first four characters, and the one to three characters that any begins with. */
interface Index {
  readonly buckets: (Disguise[] | undefined)[]
  readonly heads: Set<string>
  longest: number
}

function newIndex(): Index {
  return { buckets: [], heads: new Set(), longest: 0 }
}

function add(index: Index, disguise: Disguise): void {
  const key = hash(disguise.text, 0)
  const bucket = index.buckets[key]
  if (bucket) bucket.push(disguise)
  else index.buckets[key] = [disguise]
  for (let n = 1; n < SHORTEST; n++) index.heads.add(disguise.text.slice(0, n))
  index.longest = Math.max(index.longest, disguise.text.length)
}

function hash(text: string, at: number): number {
  const a = text.charCodeAt(at) * 31 + text.charCodeAt(at + 1)
  return ((a * 31 + text.charCodeAt(at + 2)) * 31 + text.charCodeAt(at + 3)) & 0xffff
}

/** A stretch of text and what is known of its surroundings. */
interface Stretch {
  readonly text: string
  /** The character before it, or empty. */
  readonly before: string
  /** So many of its first characters belong to a secret that began before it. */
  readonly covered: number
  /** Whether nothing follows, so that what stands at its end is a whole word. */
  readonly whole: boolean
}

interface Span {
  readonly start: number
  end: number
}

/** Every part of a stretch that belongs to a secret; those that touch are one. */
function spans(index: Index, stretch: Stretch): Span[] {
  const found: Span[] = stretch.covered > 0 ? [{ start: 0, end: stretch.covered }] : []
  if (index.longest === 0) return found
  for (let at = 0; at <= stretch.text.length - SHORTEST; at++) {
    const end = longestAt(index, stretch, at)
    if (end === 0) continue
    const last = found.at(-1)
    if (last && last.end >= at) last.end = Math.max(last.end, end)
    else found.push({ start: at, end })
  }
  return found
}

/** Where the longest disguise that begins here ends; 0 if none does. */
function longestAt(index: Index, stretch: Stretch, at: number): number {
  const { text } = stretch
  let end = 0
  for (const disguise of index.buckets[hash(text, at)] ?? []) {
    const over = at + disguise.text.length
    if (over <= end || !text.startsWith(disguise.text, at)) continue
    if (!disguise.word || isWord(stretch, at, over)) end = over
  }
  return end
}

function isWord({ text, before, whole }: Stretch, at: number, over: number): boolean {
  if (over === text.length && !whole) return false
  const left = at === 0 ? before : (text[at - 1] ?? '')
  return !(joins(left) && joins(text[at] ?? '')) && !(joins(text[over - 1] ?? '') && joins(text[over] ?? ''))
}

const joins = (character: string): boolean => /[\p{L}\p{N}]/u.test(character)

/** The first place from which on the text may be the beginning of a secret, or a word of which the next letter decides. */
function possibleBeginning(index: Index, text: string): number {
  for (let at = Math.max(0, text.length - index.longest); at < text.length; at++) {
    const rest = text.slice(at)
    if (rest.length < SHORTEST) {
      if (index.heads.has(rest)) return at
      continue
    }
    const bucket = index.buckets[hash(text, at)] ?? []
    if (bucket.some(({ text: t, word }) => t.length >= rest.length + (word ? 0 : 1) && t.startsWith(rest)))
      return at
  }
  return text.length
}

/** The text up to a place, with one mask for each span; none for a span that goes on from an `open` one. */
function masked(text: string, upTo: number, found: readonly Span[], open: boolean): string {
  let out = ''
  let at = 0
  for (const { start, end } of found) {
    if (start >= upTo) break
    out += text.slice(at, start)
    if (!(open && start === 0)) out += MASK
    at = Math.min(end, upTo)
  }
  return out + text.slice(at, upTo)
}
