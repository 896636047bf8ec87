import { createHmac } from 'node:crypto'
import type { PublicKey } from '../parameters/public-key.ts'

/** What a known_hosts file is to say of a host's key (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface WantedHostKey {
  /** As ssh looks them up: `git.example.com`, `[git.example.com]:2222`. */
  readonly names: readonly string[]
  /** Undefined, with `absent`: all of the names' keys. */
  readonly key: PublicKey | undefined
  readonly state: 'present' | 'absent'
  /** It signs the keys of hosts that match the names, rather than being one. */
  readonly isAuthority: boolean
}

/**
 * The text with this key for these names. Another key of the same type that a name had goes: ssh would take either.
 * Revoked keys, authorities where a plain key is meant, and other types stay. Hashed names are recognised.
 */
export function withHostKey(text: string, wanted: WantedHostKey): string {
  const seen = new Set<string>()
  const lines = text.split('\n').flatMap(line => {
    const found = parsed(line)
    if (!found || found.marker !== (wanted.isAuthority ? '@cert-authority' : '')) return [line]
    const left = found.names.filter(name => stays(name, found, wanted, seen))
    if (left.length === found.names.length) return [line]
    return left.length === 0 ? [] : [[found.marker, left.join(','), found.rest].filter(Boolean).join(' ')]
  })
  const missing = wanted.state === 'absent' ? [] : wanted.names.filter(name => !seen.has(name))
  if (missing.length === 0 || !wanted.key) return lines.join('\n')
  const { type, data, comment } = wanted.key
  const marker = wanted.isAuthority ? '@cert-authority' : ''
  const line = [marker, missing.join(','), type, data, comment].filter(Boolean).join(' ')
  return `${lines.join('\n')}${lines.at(-1) === '' ? '' : '\n'}${line}\n`
}

interface Line {
  /** `@cert-authority`, `@revoked` or empty. */
  readonly marker: string
  readonly names: readonly string[]
  readonly type: string
  readonly data: string
  /** All from the type on. */
  readonly rest: string
}

function parsed(line: string): Line | undefined {
  const [, marker = '', names, rest = '', type = '', data = ''] =
    /^\s*(?:(@\S+)\s+)?([^\s#@]\S*)\s+((\S+)\s+(\S+).*)$/.exec(line) ?? []
  return names === undefined ? undefined : { marker, names: names.split(','), rest, type, data }
}

/** Whether a name stays on its line. `seen` collects the wanted names that have the key. */
function stays(written: string, { type, data }: Line, wanted: WantedHostKey, seen: Set<string>): boolean {
  const name = wanted.names.find(one => isName(written, one))
  if (name === undefined) return true
  const { key, state, isAuthority } = wanted
  const isIt = key === undefined || (key.type === type && key.data === data)
  if (state === 'absent') return !isIt
  if (isIt && !seen.has(name)) {
    seen.add(name)
    return true
  }
  // Authorities may be many: an old one stays while hosts get keys of a new one.
  return !isIt && (isAuthority || key?.type !== type)
}

/** `|1|salt|hash` is the SHA-1 HMAC of a name (ssh_config(5), HashKnownHosts). */
function isName(written: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(written) ?? []
  if (salt === undefined) return written.toLowerCase() === name.toLowerCase()
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}
