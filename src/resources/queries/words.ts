import type { Command, Query, Reply } from '../../index.ts'

/**
 * Bytes of words that one process is started with. The system allows a quarter of the stack's limit (execve(2)): 2 MiB
 * as a rule, of which the environment takes its share.
 */
const ROOM = 256 * 1024

/** A query whose keys are words: names, paths. `parse` gives one value for each word, in the order of the words. */
export interface WordsQuery<V> {
  readonly name: string
  readonly command: (words: readonly string[]) => Command<'read'>
  readonly parse: (reply: Reply, words: readonly string[]) => readonly V[]
}

/** Makes a query of it that asks for each word once, however many keys name it. */
export function wordsQuery<V>({ name, command, parse }: WordsQuery<V>): Query<string, V> {
  return {
    name,
    command: keys => command(once(keys)),
    parse(reply, keys) {
      const words = once(keys)
      const values = parse(reply, words)
      const answers = new Map(words.map((word, i) => [word, values[i] as V]))
      return keys.map(key => answers.get(key) as V)
    },
  }
}

const once = (keys: readonly string[]): readonly string[] => [...new Set(keys)]

/** Splits words into lists that fit the start of one process each. */
export function chunks(words: readonly string[], room = ROOM): readonly (readonly string[])[] {
  const all: string[][] = []
  let left = 0
  for (const word of words) {
    // Each argument also costs its end and a pointer to it.
    const size = Buffer.byteLength(word) + 9
    if (size > left || all.length === 0) {
      all.push([])
      left = room
    }
    left -= size
    all.at(-1)?.push(word)
  }
  return all
}
