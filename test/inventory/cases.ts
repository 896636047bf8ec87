import { readFileSync } from 'node:fs'

/** A file of cases beside the tests: what is written, a line `=>`, and what comes of it. An empty line is between two. */
export function casesIn(file: string): readonly (readonly [written: string, expected: string])[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split(/\n\n/)
    .map(each => {
      const [written = '', expected = ''] = each.split(/^=>\n/m)
      return [written, expected] as const
    })
}
