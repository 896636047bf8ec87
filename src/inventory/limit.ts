import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../model/error.ts'
import { unreadable } from './unreadable.ts'

/**
 * The patterns of `--limit` as one pattern, undefined if there are none. `@FILE` stands for the patterns in its lines;
 * empty lines and those that begin with `#` do not count. Throws a UsageError for a file that cannot be read or is empty.
 */
export function limitPattern(limits: readonly string[], cwd: string): string | undefined {
  const patterns = limits.flatMap(limit => (limit.startsWith('@') ? fromFile(limit.slice(1), cwd) : [limit]))
  return patterns.length === 0 ? undefined : patterns.join(',')
}

function fromFile(file: string, cwd: string): readonly string[] {
  const lines = textOf(file, cwd).split('\n')
  const patterns = lines.map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
  if (patterns.length > 0) return patterns
  throw new UsageError(`--limit @${file}: the file names no host`, {
    hint: 'Write one pattern in each line.',
  })
}

function textOf(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (cause) {
    throw new UsageError(`--limit @${file}: the file cannot be read: ${unreadable(cause)}`, {
      hint: 'A file for --limit has a pattern in each line; without the @ it is a pattern itself.',
      cause,
    })
  }
}
