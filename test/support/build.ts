import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, 'node_modules/.cache/rampart-build')
const LOCK = join(CACHE, 'lock')
const PARTS = ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'src']

/**
 * What would be published, built from the sources as they are: a folder with `package.json` and `dist/`, for tests of what
 * plain Node runs. Made once for each state of the sources, by whichever test comes first; the others wait for it.
 */
export function build(): string {
  const parts = PARTS.filter(part => existsSync(join(ROOT, part)))
  const done = join(CACHE, stateOf(parts))
  mkdirSync(CACHE, { recursive: true })
  while (!existsSync(done)) {
    if (!lock()) continue
    try {
      if (!existsSync(done)) renameSync(make(parts), done)
    } finally {
      rmSync(LOCK)
    }
  }
  return done
}

function make(parts: readonly string[]): string {
  for (const old of readdirSync(CACHE)) {
    const path = join(CACHE, old)
    if (path !== LOCK && Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { recursive: true })
  }
  const folder = mkdtempSync(join(CACHE, 'new-'))
  for (const part of parts) cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  compile(folder)
  return folder
}

/** Mistakes of type are for `npm run types` to tell: what was written in spite of them is what gets tested. */
function compile(folder: string): void {
  spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'src'], { cwd: folder })
  execFileSync('npm', ['run', 'bundle'], { cwd: folder, stdio: 'pipe' })
}

/** Takes the lock, or waits a moment. One whose owner is no more is broken. */
function lock(): boolean {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!isAlive(Number(readIfThere(LOCK)))) rmSync(LOCK, { force: true })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    return false
  }
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function isAlive(pid: number): boolean {
  try {
    return pid === 0 || process.kill(pid, 0)
  } catch {
    return false
  }
}

function stateOf(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    const path = join(ROOT, part)
    const inside = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
      : ['']
    for (const name of inside.sort()) {
      const file = join(path, name)
      if (statSync(file).isFile()) hash.update(`${part}/${name}\0`).update(readFileSync(file))
    }
  }
  return hash.digest('hex').slice(0, 16)
}
