import { createHmac } from 'node:crypto'
import type { Place } from '../../model/place.ts'
import { matchesPattern } from './host-pattern.ts'

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) that speaks of the host asked for. */
export interface KnownKey {
  readonly place: Place
  readonly marker: 'revoked' | 'cert-authority' | undefined
  readonly type: string
  /** The public key as it travels; undefined: the line names a type of key, but what follows is not one. */
  readonly key: Buffer | undefined
  /** Whether the line names the host by a pattern, so that `ssh-keygen -R` would not find it. */
  readonly pattern: boolean
}

/** A known_hosts file that has been read. */
export interface KnownHosts {
  /** The lines for this name, as in `host` or `[host]:2222`, in their order. */
  lookup(name: string): readonly KnownKey[]
}

/** The name under which known_hosts files keep a host at a port (sshd(8)). */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/**
 * Reads known_hosts: plain, hashed and bracketed names, wildcards, `!`, markers, comments. A line that is none of these
 * is passed over, as OpenSSH does: it can make a host unknown, never known. `file` is for messages.
 */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const plain = new Map<string, KnownKey[]>()
  const others: { matches: (name: string) => boolean; known: KnownKey }[] = []

  text.split('\n').forEach((line, index) => {
    const parsed = parseLine(line, { file, line: index + 1 })
    if (!parsed) return
    const { names, known } = parsed
    if (names.startsWith('|')) others.push({ matches: hashed(names), known })
    else if (known.pattern) others.push({ matches: name => matchesPattern(name, names), known })
    else for (const name of names.toLowerCase().split(',')) add(plain, name, known)
  })

  const asked = new Map<string, readonly KnownKey[]>()
  return {
    lookup(name) {
      // Remembered, as every hashed line costs a hash for every name.
      const before = asked.get(name)
      if (before) return before
      const found = [...(plain.get(name) ?? []), ...others.filter(o => o.matches(name)).map(o => o.known)]
      const inOrder = found.sort((a, b) => (a.place.line ?? 0) - (b.place.line ?? 0))
      asked.set(name, inOrder)
      return inOrder
    },
  }
}

/** `ssh-ed25519`, `sk-ecdsa-sha2-nistp256@openssh.com`: tells a key from garbage. */
const KEY_TYPE = /^(?:ssh|ecdsa|sk|rsa|webauthn)-[\w.@-]+$/

function parseLine(line: string, place: Place): { names: string; known: KnownKey } | undefined {
  const fields = line.replace(/^[ \t]+|[ \t\r]+$/g, '').split(/[ \t]+/)
  const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
  const [names = '', type = '', base64 = ''] = fields
  if (names.startsWith('#') || !KEY_TYPE.test(type) || base64 === '') return undefined
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') return undefined
  const known: KnownKey = {
    place,
    marker: marker === undefined ? undefined : marker === '@revoked' ? 'revoked' : 'cert-authority',
    type,
    // Decoded when it is looked at: a file may have 100 000 lines, and one of them matters.
    get key() {
      return decode(type, base64)
    },
    pattern: /[*?!]/.test(names),
  }
  return { names, known }
}

function decode(type: string, base64: string): Buffer | undefined {
  const key = Buffer.from(base64, 'base64')
  return typeOfKey(key) === type ? key : undefined
}

/** The type with which the bytes of a public key begin (RFC 4253 6.6); empty: they are none. */
export function typeOfKey(key: Buffer): string {
  if (key.length <= 4) return ''
  const end = 4 + key.readUInt32BE(0)
  const type = end < key.length && end <= 68 ? key.toString('latin1', 4, end) : ''
  return KEY_TYPE.test(type) ? type : ''
}

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt, both in base64. */
function hashed(field: string): (name: string) => boolean {
  const [, version, salt = '', hash = ''] = field.split('|')
  if (version !== '1' || salt === '' || hash === '') return () => false
  return name => createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

function add(map: Map<string, KnownKey[]>, name: string, known: KnownKey): void {
  const list = map.get(name)
  if (list) list.push(known)
  else map.set(name, [known])
}
