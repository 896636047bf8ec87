import { createHash } from 'node:crypto'
import type { HostVerifier } from 'ssh2'
import { HostKeyRefused } from '../../model/error.ts'
import { quote } from '../../model/quote.ts'
import type { KnownHosts, KnownKey } from './known-hosts.ts'
import { typeOfKey } from './known-hosts.ts'
import type { KnownHostsFiles } from './known-hosts-files.ts'
import { reason } from './reason.ts'
import type { HostNames, Verdict } from './verdict.ts'
import { judge, knownTypes } from './verdict.ts'

/** The keeper of one connection's host key. */
export interface HostKeyCheck {
  /** The types of key that the host is known by. */
  readonly types: ReadonlySet<string>
  /** For ssh2's `hostVerifier`. */
  readonly verifier: HostVerifier
  /** Why the key was refused; undefined: it was not. */
  readonly refusal: HostKeyRefused | undefined
  /**
   * To be called when the handshake has proved that the host holds the key, and before anything secret is sent: stores
   * a new key. Throws HostKeyRefused if that fails.
   */
  store(): Promise<void>
}

/** What {@link createHostKeyCheck} needs to know. */
export interface HostKeyRules {
  /** For messages: `dgx01 (10.20.0.27)`. */
  readonly who: string
  readonly names: HostNames
  /** All known_hosts files, as read before the connection. */
  readonly known: readonly KnownHosts[]
  /** Whether a key of which nothing is known is taken and stored. */
  readonly acceptNew: boolean
  /** Where a new key is stored. */
  readonly file: string
  /** A comment for its line. */
  readonly comment: string
  readonly files: KnownHostsFiles
}

/** Watches over a connection's host key: the first key is judged, and it alone is good until the connection ends. */
export function createHostKeyCheck(rules: HostKeyRules): HostKeyCheck {
  let pinned: Buffer | undefined
  let fresh = false
  let refusal: HostKeyRefused | undefined

  function check(key: Buffer): boolean {
    if (refusal) return false
    if (pinned) {
      if (pinned.equals(key)) return true
      refusal = new HostKeyRefused(
        `${rules.who} showed another host key in the middle of the connection: ${describe(key)}`,
      )
      return false
    }
    const verdict = judge(rules.known, rules.names, key)
    fresh = verdict.kind === 'unknown' && rules.acceptNew
    if (verdict.kind !== 'known' && !fresh) refusal = refuse(rules, verdict, key)
    else pinned = key
    return refusal === undefined
  }

  return {
    types: knownTypes(rules.known, rules.names),
    verifier: failClosed(check),
    get refusal() {
      return refusal
    },
    async store() {
      if (!fresh || !pinned) return
      const key = pinned
      fresh = false
      try {
        await rules.files.append(rules.file, now => {
          // Another of our connections, or another run, may have met the host in the meantime.
          const verdict = judge(now, rules.names, key)
          if (verdict.kind === 'known') return undefined
          if (verdict.kind !== 'unknown') throw refuse(rules, verdict, key)
          return `${knownHostsLine(rules.names.dialled, key)} ${rules.comment}`.trimEnd()
        })
      } catch (cause) {
        if (cause instanceof HostKeyRefused) throw cause
        throw new HostKeyRefused(
          `the new host key of ${rules.who} cannot be stored in ${rules.file}: ${reason(cause)}`,
          {
            cause,
            hint: 'Make the file writable: a key that is not stored would be new to every run.',
          },
        )
      }
    },
  }
}

/**
 * Makes a check into ssh2's `hostVerifier`. ssh2 lets through all but the exact value `false`: `0`, a promise of false, a
 * promise that rejects. Here all but the exact value `true` is refused, a throw too.
 */
export function failClosed(check: (key: Buffer) => boolean): HostVerifier {
  return (key, verify) => {
    let ok = false
    try {
      ok = check(key) === true
    } catch {
      // Refused.
    }
    verify(ok)
  }
}

/** `SHA256:…`, as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** `ssh-ed25519 SHA256:…` */
function describe(key: Buffer): string {
  return `${typeOfKey(key)} ${fingerprint(key)}`
}

function knownHostsLine(name: string, key: Buffer): string {
  return `${name} ${typeOfKey(key)} ${key.toString('base64')}`
}

function refuse(rules: HostKeyRules, verdict: Verdict, key: Buffer): HostKeyRefused {
  const { who, names, file } = rules
  switch (verdict.kind) {
    case 'changed': {
      const { key: old, type, place } = verdict.by
      const was = old ? describe(old) : `${type}, in a broken line`
      return new HostKeyRefused(
        `the host key of ${who} has changed: it showed ${describe(key)}, known is ${was}`,
        {
          at: place,
          hint: `Somebody may be in between. If the host was really set up anew: ${removal(verdict.name, verdict.by)}`,
        },
      )
    }
    case 'revoked':
      return new HostKeyRefused(`the host key of ${who} is revoked: ${describe(key)}`, {
        at: verdict.by.place,
        hint: 'Give the host a new key; nobody must trust this one.',
      })
    case 'authority':
      return new HostKeyRefused(
        `${who} is known by a certificate authority alone, and certificates of hosts cannot be checked here; it showed ${describe(key)}`,
        { at: verdict.by.place, hint: 'Use `transport: openssh` for it, or add its own key to known_hosts.' },
      )
    case 'known':
    case 'unknown':
      return new HostKeyRefused(`the host key of ${who} is not known: it showed ${describe(key)}`, {
        hint:
          `Compare it with what \`ssh-keygen -lf ${publicKeyFile(key)}\` prints on the host. If it is the same, run once ` +
          `with --accept-new, or add this line to ${file}: ${knownHostsLine(names.dialled, key)}`,
      })
  }
}

/** The exact command that makes us forget a line. */
function removal(name: string, { place, pattern }: KnownKey): string {
  return pattern
    ? `sed -i ${place.line}d ${quote(place.file)}`
    : `ssh-keygen -R ${quote(name)} -f ${quote(place.file)}`
}

/** Where sshd keeps a public key of this type (sshd_config(5), HostKey). */
function publicKeyFile(key: Buffer): string {
  const type = typeOfKey(key)
  const name = type.startsWith('ecdsa') ? 'ecdsa' : type === 'ssh-rsa' ? 'rsa' : 'ed25519'
  return `/etc/ssh/ssh_host_${name}_key.pub`
}
