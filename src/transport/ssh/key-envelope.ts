/** What a key file says of itself without its passphrase. */
export interface Envelope {
  readonly format: 'openssh' | 'pem' | 'putty' | 'public' | undefined
  readonly encrypted: boolean
  /** The public half as it travels, where the file has it in the clear. */
  readonly publicKey: Buffer | undefined
  /** Its type, where it is in the clear: `ssh-ed25519`, `sk-ssh-ed25519@openssh.com`. */
  readonly type: string | undefined
}

const MAGIC = 'openssh-key-v1\0'

/** Reads the outside of a key file: which format, encrypted or not, and what is readable of the public half. */
export function envelope(text: string): Envelope {
  const openssh = /^-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)
  if (openssh?.[1] !== undefined) return readOpenSsh(Buffer.from(openssh[1], 'base64'))
  if (/^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text)) {
    const encrypted = /^-----BEGIN ENCRYPTED /.test(text) || /^Proc-Type: 4,ENCRYPTED/m.test(text)
    return { format: 'pem', encrypted, publicKey: undefined, type: undefined }
  }
  if (text.startsWith('PuTTY-User-Key-File-')) {
    return {
      format: 'putty',
      encrypted: !/^Encryption: none/m.test(text),
      publicKey: undefined,
      type: undefined,
    }
  }
  const line = /^((?:ssh|ecdsa|sk)-[\w.@-]+)[ \t]+([A-Za-z0-9+/=]{16,})/.exec(text)
  if (line?.[1] !== undefined && line[2] !== undefined) {
    return { format: 'public', encrypted: false, publicKey: Buffer.from(line[2], 'base64'), type: line[1] }
  }
  return { format: undefined, encrypted: false, publicKey: undefined, type: undefined }
}

/** OpenSSH's PROTOCOL.key: magic, cipher, kdf, kdf options, number of keys, public key, private part. */
function readOpenSsh(bytes: Buffer): Envelope {
  const strings: Buffer[] = []
  let at = MAGIC.length
  while (strings.length < 4 && at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    strings.push(bytes.subarray(at + 4, end))
    // The number of keys stands before the public key, and is no string.
    at = strings.length === 3 ? end + 4 : end
  }
  const [cipher, , , publicKey] = strings
  const length = publicKey && publicKey.length > 4 ? publicKey.readUInt32BE(0) : 0
  return {
    format: 'openssh',
    encrypted: cipher !== undefined && cipher.toString('latin1') !== 'none',
    publicKey,
    type: publicKey?.toString('latin1', 4, 4 + length),
  }
}
