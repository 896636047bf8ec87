import { open } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import { VariableError } from '../../model/error.ts'
import type { Secret } from '../../model/secret.ts'
import { envelope } from './key-envelope.ts'
import { fromPkcs8 } from './pkcs8.ts'
import { printable, reason } from './reason.ts'

/** What is in a key file: a private key, ready to sign, or what can be told of it without its passphrase. */
export type KeyFile =
  | { readonly kind: 'private'; readonly key: ParsedKey }
  /** Encrypted, and no passphrase was given. The public half is known in OpenSSH's own format. */
  | { readonly kind: 'encrypted'; readonly publicKey: Buffer | undefined; readonly error: VariableError }
  | { readonly kind: 'public'; readonly publicKey: Buffer; readonly error: VariableError }

/**
 * Reads a key file: OpenSSH's format, PEM (PKCS#1, SEC1, PKCS#8), PuTTY's. The last two kinds of answer are errors unless
 * an agent has the key. Throws a VariableError that names the file and the cure for everything else: missing, unreadable,
 * open to others (as ssh(1) refuses it), a wrong passphrase, a key that ssh2 cannot use.
 */
export async function readKey(path: string, passphrase?: Secret): Promise<KeyFile> {
  const text = (await readPrivately(path)).trim()
  const { format, encrypted, publicKey, type } = envelope(text)
  if (type?.startsWith('sk-')) {
    throw wrong(path, `is a FIDO key (${type}), which the ssh transport cannot use`, OPENSSH)
  }
  if (type?.includes('-cert-v01@')) {
    throw wrong(path, `is a certificate (${type}), which the ssh transport cannot use`, OPENSSH)
  }
  if (format === 'public' && publicKey) {
    const hint = `Name the private key: ${path.endsWith('.pub') ? path.slice(0, -4) : 'the file without .pub'}, or load it into ssh-agent.`
    return {
      kind: 'public',
      publicKey,
      error: wrong(path, 'is a public key, and no agent has its private half', hint),
    }
  }
  if (format === undefined) {
    throw wrong(path, 'is not a private key', 'Name a file that `ssh-keygen -y -f FILE` can read.')
  }
  if (encrypted && passphrase === undefined) {
    const hint = 'Set RAMPART_KEY_PASSPHRASE, or load the key into ssh-agent with ssh-add.'
    return {
      kind: 'encrypted',
      publicKey,
      error: wrong(path, 'is encrypted, and no passphrase was given', hint),
    }
  }
  return { kind: 'private', key: decode(path, text, encrypted ? passphrase : undefined) }
}

const OPENSSH = 'Use `transport: openssh` for hosts that want it.'

function decode(path: string, text: string, passphrase: Secret | undefined): ParsedKey {
  const words = passphrase?.reveal()
  const parsed = fromPkcs8(text, words) ?? ssh2.utils.parseKey(text, words)
  // OpenSSH's format could hold several keys; ssh-keygen writes one.
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed
  if (isParsedKey(key)) return key
  const why = key instanceof Error ? printable(key.message) : 'it holds no private key'
  if (passphrase !== undefined && !/unsupported (?!state)|not supported/i.test(why)) {
    throw wrong(path, 'cannot be decrypted: the passphrase is wrong', 'Check RAMPART_KEY_PASSPHRASE.')
  }
  throw wrong(path, `cannot be used: ${why}`, 'Make another with `ssh-keygen -t ed25519`.')
}

function isParsedKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && 'isPrivateKey' in value
    ? (value as ParsedKey).isPrivateKey()
    : false
}

/** The file's text, if it is ours alone: permissions are those of what was opened, not of what stood there before. */
async function readPrivately(path: string): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const { mode, uid, size } = await file.stat()
      if (size > 1024 * 1024)
        throw wrong(path, 'is not a key: it is larger than 1 MiB', 'Name a private key file.')
      const text = await file.readFile('latin1')
      // ssh(1) asks this of files of the user's own; a public key may be seen by everyone.
      if (uid === process.getuid?.() && (mode & 0o077) !== 0 && /PRIVATE KEY|^PuTTY-User-Key/.test(text)) {
        const shown = (mode & 0o777).toString(8).padStart(4, '0')
        throw wrong(path, `is open to others (mode ${shown})`, `chmod 600 ${path}`)
      }
      return text
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof VariableError) throw cause
    throw wrong(
      path,
      `cannot be read: ${reason(cause)}`,
      'Name an existing private key file that is yours.',
      cause,
    )
  }
}

function wrong(path: string, what: string, hint: string, cause?: unknown): VariableError {
  return new VariableError(`the key ${path} ${what}`, { hint, cause })
}
