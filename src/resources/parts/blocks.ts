import { CheckFailed } from '../../index.ts'
import type { Line, Place } from './lines.ts'
import { ending, joined, split, withLines } from './lines.ts'

/** How the lines between two markers of a text are to be. */
export interface BlockEdit extends Place {
  /** For errors. */
  readonly path: string
  /** The whole line that begins it, and the one that ends it. */
  readonly begin: string
  readonly end: string
  /** The lines between; undefined: they and the markers are to go. */
  readonly lines: readonly string[] | undefined
}

/**
 * The text with that block as it is to be; the same text if nothing is to be done. A block that is there stays where it
 * is. Throws a CheckFailed if its markers are damaged, rather than guess where it ends.
 */
export function withBlock(text: string, block: BlockEdit): string {
  const lines = split(text)
  const at = find(lines, block)
  if (at === undefined) {
    if (block.lines === undefined) return text
    return joined(withLines(lines, [block.begin, ...block.lines, block.end], block))
  }
  const [begin, end] = at
  if (block.lines === undefined) return joined([...lines.slice(0, begin), ...lines.slice(end + 1)])
  const there = lines.slice(begin + 1, end).map(line => line.text)
  if (there.length === block.lines.length && there.every((line, i) => line === block.lines?.[i])) return text
  const ends = ending(lines)
  const added = block.lines.map((line): Line => ({ text: line, end: ends }))
  return joined([...lines.slice(0, begin + 1), ...added, ...lines.slice(end)])
}

function find(lines: readonly Line[], block: BlockEdit): readonly [begin: number, end: number] | undefined {
  const places = (marker: string): readonly number[] =>
    lines.flatMap(({ text }, i) => (text === marker ? [i] : []))
  const [begins, ends] = [places(block.begin), places(block.end)]
  const [begin, end] = [begins[0], ends[0]]
  if (begin === undefined && end === undefined) return undefined
  if (begin !== undefined && end !== undefined && begins.length === 1 && ends.length === 1 && begin < end)
    return [begin, end]
  const told = (marker: string, at: readonly number[]): string =>
    at.length === 0 ? `no "${marker}"` : `"${marker}" on line ${at.map(i => i + 1).join(' and ')}`
  throw new CheckFailed(
    `the markers of the block in ${block.path} are damaged: it has ${told(block.begin, begins)}, and ${told(block.end, ends)}`,
    { hint: 'Mend the file by hand: each of the two must be there once, in this order.' },
  )
}
