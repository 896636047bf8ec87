import type { Duplex } from 'node:stream'
import type { AuthHandlerMiddleware } from 'ssh2'
import { HostKeyRefused, HostUnreachable, RampartError } from '../../model/error.ts'
import { algorithms, isTruncatable, mismatches } from './algorithms.ts'
import type { Auth } from './auth.ts'
import { createAuth } from './auth.ts'
import type { Attempt, Credentials } from './credentials.ts'
import type { HostKeyCheck } from './host-key.ts'
import { errorCode, printable, reason, seconds } from './reason.ts'
import type { Scope } from './scope.ts'
import type { Pulse, Wire } from './wire.ts'
import { Farewell, startWire } from './wire.ts'

/** What {@link logIn} needs to know. */
export interface LogInRules {
  /** For messages: `dgx01 (10.20.0.27)`. */
  readonly who: string
  readonly user: string
  readonly credentials: Credentials
  readonly hostKey: HostKeyCheck
  /** Milliseconds for key exchange and login together. */
  readonly timeout: number
  readonly pulse: Pulse
  readonly scope: Scope
}

/** Lost before we were logged in, and not by anybody's decision: worth another try. */
export class Interrupted extends HostUnreachable {}

/**
 * Makes an open socket a logged-in connection, and tells by what. Throws HostKeyRefused, LoginRefused, HostUnreachable,
 * or {@link Interrupted}; the socket is then closed.
 */
export async function logIn(
  socket: Duplex,
  rules: LogInRules,
): Promise<{ readonly wire: Wire; readonly by: Attempt | undefined }> {
  let negotiated = false
  const auth = createAuth({
    ...rules,
    async before() {
      const chosen = await wire.handshake
      negotiated = true
      if (isTruncatable(chosen, wire.greeting().offer)) throw truncatable(rules.who)
      await rules.hostKey.store()
    },
    refuse: error => void wire.end(error),
  })
  const wire = startWire(
    socket,
    {
      username: rules.user,
      // ssh2's types forget that there is no list of methods before the first answer.
      authHandler: auth.handler as AuthHandlerMiddleware,
      hostVerifier: rules.hostKey.verifier,
      algorithms: algorithms(rules.hostKey.types),
    },
    rules.pulse,
    error => auth.note(`${auth.last?.what ?? 'a key'} could not sign: ${reason(error)}`),
  )
  const leave = rules.scope.enter(cause => wire.end(cause))
  void wire.gone.then(leave)
  wire.client.on('change password', () => void wire.end(auth.refusal('the password has expired')))

  const late = new HostUnreachable(`${rules.who} did not finish the login within ${seconds(rules.timeout)}`, {
    hint: 'Is it overloaded, or does something in between swallow packets?',
  })
  const timer = setTimeout(() => wire.drop(late), rules.timeout)
  try {
    const cause = await Promise.race([wire.ready, wire.gone])
    if (cause) throw explain(cause, { rules, wire, auth, negotiated })
    return { wire, by: auth.last }
  } finally {
    clearTimeout(timer)
  }
}

/** From what ended a login to what a person can do about it. */
function explain(
  cause: Error,
  { rules, wire, auth, negotiated }: { rules: LogInRules; wire: Wire; auth: Auth; negotiated: boolean },
): Error {
  const { who, hostKey } = rules
  if (hostKey.refusal) return hostKey.refusal
  // Our own decisions.
  if (RampartError.is(cause)) return cause
  if (negotiated) {
    if (cause instanceof Farewell) return auth.refusal(`it said: ${cause.message}`)
    if (auth.wasRefused) return auth.refusal('then it hung up')
    return lost(who, 'during the login', cause)
  }
  const { text, software, offer } = wire.greeting()
  if (/signature verification failed/i.test(cause.message)) {
    return new HostKeyRefused(`${who} showed a host key that it does not hold: its signature is wrong`, {
      hint: 'Somebody may be in between.',
    })
  }
  const missing = offer && isHandshakeFailure(cause) ? mismatches(offer) : []
  if (missing.length > 0) {
    return new HostUnreachable(`${who} and we have no ${missing.join(', no ')} in common`, {
      hint: 'Use `transport: openssh` for it, or let its sshd offer more.',
    })
  }
  if (software === undefined && text !== '') return turnedAway(who, text)
  return lost(who, 'before the login', cause)
}

/** sshd says a word to those whom it sends away before its version; what is not sshd says something else. */
function turnedAway(who: string, text: string): HostUnreachable {
  const said = `${who} sent us away: ${printable(text)}`
  if (/MaxStartups/i.test(text)) {
    return new Interrupted(said, { hint: 'Too many logins at once there; raise MaxStartups of its sshd.' })
  }
  if (/not allowed at this time/i.test(text)) {
    return new HostUnreachable(said, {
      hint: 'Its sshd punishes our address for failed logins (PerSourcePenalties): wait a minute.',
    })
  }
  return new HostUnreachable(said, { hint: 'Is it an SSH server? Check the address and the port.' })
}

function lost(who: string, when: string, cause: Error): HostUnreachable {
  const accident = /closed by the other side|connection lost/i.test(cause.message) || errorCode(cause) !== ''
  const Kind = accident || cause instanceof Farewell ? Interrupted : HostUnreachable
  return new Kind(`${who} was lost ${when}: ${reason(cause)}`, {
    cause,
    hint: 'Is its sshd healthy? Its log says more (journalctl -u ssh).',
  })
}

function isHandshakeFailure(cause: Error): boolean {
  return (cause as { level?: unknown }).level === 'handshake'
}

function truncatable(who: string): HostUnreachable {
  return new HostUnreachable(
    `${who} could be attacked by Terrapin (CVE-2023-48795): its sshd has no strict key exchange and wants ChaCha20 or encrypt-then-MAC`,
    { hint: 'Update its sshd, or let it offer aes128-gcm@openssh.com.' },
  )
}
