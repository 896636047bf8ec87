import type { Command } from '../../model/command.ts'
import type { Reply } from '../../model/probe.ts'

/** One kind of fact that is asked for when it is wanted, as tasks can change it. */
export interface Section<V = unknown> {
  readonly command: Command<'read'>
  /** Any answer is one: what is not there is told as that. */
  readonly parse: (reply: Reply) => V
  /** On one line, for people. */
  readonly brief: (value: V) => string
}

/** Keeps the type of its value inside. */
export const section = <V>(one: Section<V>): Section => one as Section

/** The lines of an answer that hold something. */
export const linesOf = (text: string): readonly string[] =>
  text.split('\n').filter(line => line.trim() !== '')

/** The parts of an answer between lines that are `==`. */
export const partsOf = (text: string): readonly string[] => text.split(/^==\n/m)

/** JSON that a program printed; undefined if it is none. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A property of what a program printed as JSON, as text; undefined if there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[name] : undefined,
    value,
  )
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined
}

/** `3 running, 1 failed` */
export function counted(words: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
}

/** Bytes for people. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log2(count) / 10))
  const value = count / 1024 ** power
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}
