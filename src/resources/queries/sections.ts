import type { Command } from '../../index.ts'
import { read } from '../../index.ts'

/** Part of what a script printed, and how that part ended. */
export interface Section {
  readonly code: number
  readonly text: string
}

const MARK = 'rampart-section'

/** Begins a section of a script's output. `code` is a number, or sh that stands for one. */
export function section(name: string, code: Command<'read'> | number = 0): Command<'read'> {
  return read`echo ${MARK} ${code} ${name}\n`
}

/** The sections of an output, by their names. */
export function sectionsOf(output: string): ReadonlyMap<string, Section> {
  const found = new Map<string, { code: number; lines: string[] }>()
  let current: string[] = []
  for (const line of output.split('\n')) {
    const [, code, name] = /^rampart-section (\d+) (.+)$/.exec(line) ?? []
    if (name === undefined) current.push(line)
    else {
      current = []
      found.set(name, { code: Number(code), lines: current })
    }
  }
  return new Map(
    [...found].map(([name, { code, lines }]) => [name, { code, text: lines.join('\n').trimEnd() }] as const),
  )
}
