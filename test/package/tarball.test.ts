import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { build } from '../support/build.ts'

interface Packed {
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

let folder: string
let packed: Packed
beforeAll(() => {
  folder = build()
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
  })
  packed = [JSON.parse(told)].flat()[0]
}, 120_000)

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

/** Its sources are Go's and the shell's, which no compiler of ours brings into the build. */
const isOfTheWorld = (path: string) => path.startsWith('src/lab/world/') && !/\.ts$|_test\.go$/.test(path)

describe('what is published', () => {
  test('is the build, its description, what the lab makes its world of, and nothing else', () => {
    const other = packed.files
      .map(({ path }) => path)
      .filter(path => !/^dist\/.+\.(?:js|d\.ts)$/.test(path) && !isOfTheWorld(path))
    expect(other.filter(path => path !== 'LICENSE').sort()).toEqual(['README.md', 'package.json'])
  })

  test('is small', () => {
    expect(packed.size).toBeLessThan(900_000)
    // The libraries are in it, so that Node has few files to find.
    expect(packed.unpackedSize).toBeLessThan(3_500_000)
  })

  test('has what package.json points to', () => {
    const paths = packed.files.map(({ path }) => `./${path}`)
    const conditions: readonly (string | Readonly<Record<string, string>>)[] = Object.values(manifest.exports)
    const entries = conditions.flatMap(entry =>
      typeof entry === 'string' ? entry : [entry['types'], entry['default']],
    )
    entries.push(manifest.bin.rampart)
    expect(entries.length).toBeGreaterThan(4)
    expect(entries.filter(entry => entry === undefined || !paths.includes(entry))).toEqual([])
  })

  test('starts with #!, as npm makes a program of it', () => {
    expect(readFileSync(join(folder, manifest.bin.rampart), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  test('depends on these packages', () => {
    expect(Object.keys(manifest.dependencies)).toEqual([
      '@swc/wasm-typescript',
      'cac',
      'cli-truncate',
      'diff',
      'ejs',
      'log-update',
      'p-limit',
      'ssh2',
      'yaml',
      'zod',
      'zx',
    ])
  })
})
