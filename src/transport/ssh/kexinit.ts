const SSH_MSG_KEXINIT = 20
/** RFC 4253 6.1 lets a packet have 35 000 bytes; before it may come lines of text. More than this is not an SSH server. */
const LIMIT = 128 * 1024

/** What a server said before encryption began. */
export interface Greeting {
  /** Lines before its version, as in `Exceeded MaxStartups`. */
  readonly text: string
  /** `OpenSSH_9.2p1 Debian-2`; undefined: it sent none (yet). */
  readonly software: string | undefined
  /** What it offers; undefined: not (yet) sent, or not its first packet. */
  readonly offer: Offer | undefined
}

/** A server's algorithms, in its order (RFC 4253 7.1). */
export interface Offer {
  readonly kex: readonly string[]
  readonly hostKey: readonly string[]
  readonly cipher: readonly string[]
  readonly mac: readonly string[]
}

/** Collects the first bytes of a server until they hold its offer; after that `add` costs nothing. */
export function createListener(): { add(bytes: Buffer): void; greeting(): Greeting } {
  let seen: Buffer = Buffer.alloc(0)
  let done = false
  return {
    add(bytes) {
      if (done) return
      seen = Buffer.concat([seen, bytes])
      done = seen.length > LIMIT || readGreeting(seen).offer !== undefined
    },
    greeting: () => readGreeting(seen),
  }
}

/**
 * Reads a server's first bytes. ssh2 does not tell what the server offers, but it must be known whether the server can
 * do strict key exchange, and why nothing matches. The bytes are proved by the handshake that follows: its hash covers them.
 */
export function readGreeting(bytes: Buffer): Greeting {
  let from = 0
  const text: string[] = []
  for (;;) {
    const end = bytes.indexOf(0x0a, from)
    const line = bytes.toString('latin1', from, end < 0 ? bytes.length : end).trimEnd()
    if (end < 0) {
      // The beginning of a version line is not something said.
      if (!isVersion(line)) text.push(line)
      return { text: text.join('\n').trim(), software: undefined, offer: undefined }
    }
    from = end + 1
    if (line.startsWith('SSH-')) {
      const software = line.slice(line.indexOf('-', 4) + 1)
      return { text: text.join('\n').trim(), software, offer: readOffer(bytes.subarray(from)) }
    }
    text.push(line)
  }
}

function isVersion(beginning: string): boolean {
  return beginning.startsWith('SSH-') || 'SSH-'.startsWith(beginning)
}

/** The first packet, if it is whole and a KEXINIT: length, padding, type, 16 random bytes, name lists. */
function readOffer(packet: Buffer): Offer | undefined {
  if (packet.length < 22 || packet[5] !== SSH_MSG_KEXINIT) return undefined
  if (packet.length < 4 + packet.readUInt32BE(0)) return undefined
  let at = 22
  const lists: string[][] = []
  while (lists.length < 8) {
    if (at + 4 > packet.length) return undefined
    const end = at + 4 + packet.readUInt32BE(at)
    if (end > packet.length) return undefined
    lists.push(packet.toString('latin1', at + 4, end).split(','))
    at = end
  }
  const [kex = [], hostKey = [], cipher = [], , mac = []] = lists
  return { kex, hostKey, cipher, mac }
}
