import type {
  Algorithms,
  CipherAlgorithm,
  KexAlgorithm,
  MacAlgorithm,
  NegotiatedAlgorithms,
  ServerHostKeyAlgorithm,
} from 'ssh2'
import type { Offer } from './kexinit.ts'

/** In our order of preference; RSA is signed with SHA-2 (RFC 8332), `ssh-rsa` with SHA-1 is not offered. */
const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

const KEX: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group14-sha256',
]

/** AES-GCM is the fastest in Node, and Terrapin cannot touch it. */
const CIPHERS: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
]

const MACS: MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
]

/**
 * What we offer a server: fast ones first, nothing with SHA-1. The types of key that we know it by come before all
 * others, or a server with several keys would show one that we cannot compare (as OpenSSH's client does).
 */
export function algorithms(knownTypes: ReadonlySet<string>): Algorithms {
  const known = HOST_KEYS.filter(name => knownTypes.has(keyType(name)))
  const others = HOST_KEYS.filter(name => !knownTypes.has(keyType(name)))
  return { kex: KEX, serverHostKey: [...known, ...others], cipher: CIPHERS, hmac: MACS, compress: ['none'] }
}

/** The type of key that a signature algorithm is made with (RFC 8332 3). */
function keyType(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm
}

/**
 * Whether packets could be dropped from this handshake unnoticed (Terrapin, CVE-2023-48795): ChaCha20-Poly1305 or an
 * encrypt-then-MAC mode without strict key exchange. Without the server's offer nothing is sure, so the answer is yes.
 */
export function isTruncatable({ cs, sc }: NegotiatedAlgorithms, offer: Offer | undefined): boolean {
  if (offer?.kex.includes('kex-strict-s-v00@openssh.com')) return false
  return [cs, sc].some(({ cipher, mac }) => cipher.startsWith('chacha20') || mac.includes('-etm@'))
}

const WORDS = {
  kex: ['key exchange', KEX],
  hostKey: ['host key', HOST_KEYS],
  cipher: ['cipher', CIPHERS],
  mac: ['MAC', MACS],
} as const

/** Why a handshake found nothing in common: each kind of algorithm of which the server offers none that we have. */
export function mismatches(offer: Offer): readonly string[] {
  return (['kex', 'hostKey', 'cipher', 'mac'] as const)
    .filter(kind => {
      const [, ours] = WORDS[kind]
      return !offer[kind].some(name => (ours as readonly string[]).includes(name))
    })
    .map(kind => `${WORDS[kind][0]} (it offers ${offer[kind].join(', ')})`)
}
