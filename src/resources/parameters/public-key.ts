/** A public key as a line of authorized_keys has it (sshd(8), AUTHORIZED_KEYS FILE FORMAT). */
export interface PublicKey {
  /** Such as `from="10.0.0.0/8"` or `no-pty`, each as it stands there. */
  readonly options: readonly string[]
  readonly type: string
  /** The key itself in base64. */
  readonly data: string
  /** Empty if there is none. */
  readonly comment: string
}

/** What OpenSSH takes. ssh-dss is not among them: no version since 10.0 knows it, and none has taken it by default since 7.0. */
const TYPES = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]

/** Reads one line; undefined if it is none of a key: empty, a remark, or something that sshd would pass over too. */
export function parsePublicKey(line: string): PublicKey | undefined {
  const text = line.trim()
  if (text === '' || text.startsWith('#') || /[\n\r\0]/.test(text)) return undefined
  const plain = keyFrom(text, [])
  if (plain) return plain
  const options = leadingOptions(text)
  if (options === undefined) return undefined
  return keyFrom(text.slice(options.length).trimStart(), splitOptions(options))
}

/** The line of a key. */
export function showPublicKey({ options, type, data, comment }: PublicKey): string {
  return [options.join(','), type, data, comment].filter(part => part !== '').join(' ')
}

/** The options of a comma-separated list, in which commas and spaces may stand between quotes. */
export function splitOptions(list: string): readonly string[] {
  return list.match(/(?:[^,"]|"(?:\\.|[^"\\])*"?)+/g) ?? []
}

/** Up to the first space that is not quoted. */
function leadingOptions(text: string): string | undefined {
  return /^(?:[^\s"]|"(?:\\.|[^"\\])*")+(?=\s)/.exec(text)?.[0]
}

function keyFrom(text: string, options: readonly string[]): PublicKey | undefined {
  const [, type = '', data = '', comment = ''] = /^(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(text) ?? []
  return TYPES.includes(type) && isKeyData(type, data) ? { options, type, data, comment } : undefined
}

/** Strings with their lengths before them, the first of which is the type (RFC 4251, 5; RFC 4253, 6.6), and nothing after them. */
function isKeyData(type: string, data: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data) || data.length % 4 !== 0) return false
  const bytes = Buffer.from(data, 'base64')
  const strings: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return false
    const length = bytes.readUInt32BE(at)
    if (at + 4 + length > bytes.length) return false
    strings.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return strings[0]?.toString('latin1') === type && isWhole(type, strings)
}

/** RFC 8709: 32 bytes; RFC 5656: a curve and a point; RFC 4253: e and n; sk: an application besides (PROTOCOL.u2f). */
function isWhole(type: string, strings: readonly Buffer[]): boolean {
  if (type.endsWith('ed25519') || type.startsWith('sk-ssh-ed25519')) {
    return strings[1]?.length === 32 && strings.length === (type.startsWith('sk-') ? 3 : 2)
  }
  if (type === 'ssh-rsa') return strings.length === 3 && (strings[2]?.length ?? 0) >= 128
  return strings.length === (type.startsWith('sk-') ? 4 : 3)
}
