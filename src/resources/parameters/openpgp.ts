import { createHash } from 'node:crypto'

/** A file of public keys, as gpg --export writes it. */
export interface PublicKeys {
  /** Not armored. */
  readonly bytes: Uint8Array
  /** Of each key, without subkeys: hexadecimal digits, upper case, sorted. */
  readonly fingerprints: readonly string[]
}

/** Reads keys, armored or binary; undefined if they are not whole public keys. */
export function parsePublicKeys(given: string | Uint8Array): PublicKeys | undefined {
  const raw = Buffer.from(given)
  const bytes = raw.includes(BEGIN) ? dearmored(raw.toString('latin1')) : raw
  const found: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const packet = packetAt(bytes, at)
    if (packet === undefined) return undefined
    const { tag, body, end } = packet
    if (tag === PUBLIC_KEY) {
      const print = fingerprint(body)
      if (print === undefined) return undefined
      found.push(print)
    }
    at = end
  }
  return found.length === 0 ? undefined : { bytes, fingerprints: [...new Set(found)].sort() }
}

/** As rpm takes keys (RFC 9580, 6.2). Older rpm wants the checksum. */
export function armored(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n')
  return `${BEGIN}\n\n${lines}\n=${checksum(bytes).toString('base64')}\n${END}\n`
}

const BEGIN = '-----BEGIN PGP PUBLIC KEY BLOCK-----'
const END = '-----END PGP PUBLIC KEY BLOCK-----'

/** RFC 9580, 5: the packet's type of a primary key. */
const PUBLIC_KEY = 6

/** What stands between the headers' end and the checksum of each block, together. */
function dearmored(text: string): Buffer {
  const blocks = text
    .replaceAll('\r', '')
    .matchAll(new RegExp(`^${BEGIN}\n(?:.+\n)*\n((?:.+\n)*?)(?:=.*\n)?${END}`, 'gm'))
  return Buffer.concat([...blocks].map(([, block = '']) => Buffer.from(block, 'base64')))
}

interface Packet {
  readonly tag: number
  readonly body: Buffer
  /** Where the next one begins. */
  readonly end: number
}

/** RFC 9580, 4.2. */
function packetAt(bytes: Buffer, start: number): Packet | undefined {
  const head = bytes[start] ?? 0
  if (head < 0x80) return undefined
  const isNew = head >= 0xc0
  const width = isNew ? newWidth(bytes[start + 1] ?? 224) : [1, 2, 4, 0][head & 3]
  const from = start + 1 + (width ?? 0)
  if (!width || from > bytes.length) return undefined
  const size =
    isNew && width === 2
      ? bytes.readUInt16BE(start + 1) - 0xc000 + 192
      : bytes.readUIntBE(from - Math.min(width, 4), Math.min(width, 4))
  const tag = isNew ? head & 63 : (head >> 2) & 15
  return from + size > bytes.length
    ? undefined
    : { tag, body: bytes.subarray(from, from + size), end: from + size }
}

/** How many bytes a length takes; 0 for parts, which only data may come in, and that has no place among keys. */
function newWidth(first: number): number {
  if (first < 192) return 1
  if (first < 224) return 2
  return first === 255 ? 5 : 0
}

/** RFC 9580, 5.5.4, and of version 5 draft-koch-librepgp, 12.2. */
function fingerprint(body: Buffer): string | undefined {
  const [version] = body
  const length = Buffer.alloc(version === 4 ? 2 : 4)
  length.writeUIntBE(body.length, 0, length.length)
  const hash = (name: string, mark: number) =>
    createHash(name)
      .update(Buffer.from([mark]))
      .update(length)
      .update(body)
      .digest('hex')
      .toUpperCase()
  if (version === 4) return hash('sha1', 0x99)
  if (version === 5) return hash('sha256', 0x9a)
  return version === 6 ? hash('sha256', 0x9b) : undefined
}

/** CRC-24 (RFC 9580, 6.1.1). */
function checksum(bytes: Uint8Array): Buffer {
  let crc = 0xb704ce
  for (const byte of bytes) {
    crc ^= byte << 16
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x800000 ? (crc << 1) ^ 0x1864cfb : crc << 1
  }
  const sum = Buffer.alloc(3)
  sum.writeUIntBE(crc & 0xffffff, 0, 3)
  return sum
}
