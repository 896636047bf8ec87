import { createPrivateKey } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'

/**
 * Reads a PKCS#8 key, as openssl writes them (`BEGIN PRIVATE KEY`, `BEGIN ENCRYPTED PRIVATE KEY`), which ssh2 cannot, by
 * writing it again in a format that it can. Undefined: it is not PKCS#8. An Error: it cannot be read.
 */
export function fromPkcs8(text: string, passphrase: string | undefined): ParsedKey | Error | undefined {
  if (!/^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/.test(text)) return undefined
  try {
    const key = createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) })
    switch (key.asymmetricKeyType) {
      case 'rsa':
        return ssh2.utils.parseKey(key.export({ type: 'pkcs1', format: 'pem' }).toString())
      case 'ec':
        return ssh2.utils.parseKey(key.export({ type: 'sec1', format: 'pem' }).toString())
      case 'ed25519': {
        const { d = '', x = '' } = key.export({ format: 'jwk' })
        return ssh2.utils.parseKey(openSshKey(Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')))
      }
      default:
        return new Error(`its type ${key.asymmetricKeyType} is none of SSH's`)
    }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** An Ed25519 key, unencrypted, in OpenSSH's own format (its PROTOCOL.key). */
function openSshKey(secret: Buffer, point: Buffer): string {
  const type = string('ssh-ed25519')
  const check = Buffer.alloc(8)
  const inner = Buffer.concat([
    check,
    type,
    string(point),
    string(Buffer.concat([secret, point])),
    string(''),
  ])
  const padding = Buffer.from(Array.from({ length: -inner.length & 7 }, (_, index) => index + 1))
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[string('none'), string('none'), string(''), Buffer.from([0, 0, 0, 1])],
    string(Buffer.concat([type, string(point)])),
    string(Buffer.concat([inner, padding])),
  ])
  const lines = body.toString('base64').replace(/.{70}/g, '$&\n')
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----`
}

/** RFC 4251 5: a length of four bytes and so many bytes. */
function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
