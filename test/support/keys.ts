import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A public key as ssh-keygen makes it; of the private one nothing is kept. */
export function publicKey(type: 'ed25519' | 'rsa' | 'ecdsa', comment: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-keygen-'))
  try {
    execFileSync('ssh-keygen', ['-q', '-N', '', '-t', type, '-C', comment, '-f', join(folder, 'key')])
    return readFileSync(join(folder, 'key.pub'), 'utf8').trim()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A key without its comment. */
export const bare = (key: string): string => key.split(' ').slice(0, 2).join(' ')
