import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Far } from './apply.ts'

/** This machine as a far end that may be changed: with an /etc, a name and a network of its own. */
export interface PrivateSystem extends Disposable {
  /** To run resources there; `sh` is the host's shell. */
  far(sh?: readonly [string, ...string[]], env?: NodeJS.ProcessEnv): Far
  /** Runs a script there and returns what it said. */
  inside(script: string): string
}

/** More folders that are its own: copies of this machine's, or empty. */
export interface OwnFolders {
  readonly copied?: readonly string[]
  readonly empty?: readonly string[]
}

/** Takes root. Nothing of it is left when it is disposed of: what is mounted there is seen by nobody else. */
export async function privateSystem({ copied = [], empty = [] }: OwnFolders = {}): Promise<PrivateSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-etc-'))
  const script = `
own() { mkdir -p "$1$2" && mount --bind "$1$2" "$2"; }
for path in /etc ${copied.join(' ')}; do mkdir -p "$1\${path%/*}" && cp -a "$path" "$1$path" && own "$1" "$path"; done
for path in ${empty.join(' ')}; do mkdir -p "$path" && own "$1" "$path"; done
echo ready && exec cat`
  const holder = spawn('unshare', ['-m', '-u', '-n', 'sh', '-ec', script, 'sh', folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve())
    holder.once('error', reject).once('exit', code => reject(new Error(`unshare exited ${code}`)))
  })
  const enter = ['nsenter', '-t', String(holder.pid), '-m', '-u', '-n', '--'] as const
  const [program, ...args] = enter
  return {
    far: (sh = ['dash'], env = process.env) => ({ sh: [program, ...args, ...sh], env }),
    inside: script => execFileSync(program, [...args, 'sh', '-ec', script], { encoding: 'utf8' }),
    [Symbol.dispose]: () => {
      holder.stdin.end()
      holder.removeAllListeners('exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
