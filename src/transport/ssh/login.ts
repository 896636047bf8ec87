import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { ConnectionLost } from '../../model/error.ts'
import { printable, reason, seconds } from './reason.ts'
import type { Wire } from './wire.ts'

/** One login on one sshd, on which sessions and tunnels run. Nothing here waits for ever. */
export interface Login {
  /** The address that answered. */
  readonly address: string
  readonly user: string
  /** Settles when it has gone, with the cause; never rejects. */
  readonly lost: Promise<ConnectionLost>
  /** Whether it has gone. */
  readonly isLost: boolean
  /** Starts a command. Rejects with {@link SessionRefused} or another ConnectionLost. */
  exec(command: string): Promise<ClientChannel>
  /** A tunnel to where this machine finds `host`, within `timeout` ms. Rejects with an Error that says why not. */
  forward(host: string, port: number, timeout: number): Promise<Duplex>
  close(): Promise<void>
}

/** The server opens no session on this login (MaxSessions, sshd_config(5)), or we do not ask it to. */
export class SessionRefused extends ConnectionLost {
  /** Whether the login has, or just had, other sessions: then a login of its own may get one. */
  readonly isCrowded: boolean

  constructor(message: string, isCrowded: boolean, cause?: unknown) {
    super(message, { cause, hint: 'Does its sshd allow sessions (MaxSessions)? Its log says more.' })
    this.isCrowded = isCrowded
  }
}

/** sshd allows ten sessions unless somebody made it fewer. */
const MOST_SESSIONS = 8

/** What {@link createLogin} needs to know. */
export interface LoginRules {
  readonly wire: Wire
  /** For messages: `dgx01 (10.20.0.27)`. */
  readonly who: string
  readonly address: string
  readonly user: string
  /** Milliseconds in which the server must answer when asked for a session. */
  readonly timeout: number
  /** Asked when the wire has gone: the end of what it went through, if that was the cause. */
  readonly blame: () => Promise<Error | undefined>
  /** Called when it has gone: gives back what it went through. May be called twice. */
  readonly leave: () => Promise<void>
}

/** A logged-in wire as something that can be used without ever hanging. */
export function createLogin({ wire, who, address, user, timeout, blame, leave }: LoginRules): Login {
  let sessions = 0
  let hasServed = false

  const lost = wire.gone.then(async cause => {
    if (cause instanceof ConnectionLost) return cause
    const culprit = await blame()
    const why = culprit ? `its jump host is gone: ${culprit.message}` : reason(cause)
    return new ConnectionLost(`the connection to ${who} was lost: ${why}`, { cause: culprit ?? cause })
  })

  void lost.then(leave)

  /** ssh2 throws when it is not connected, and never calls back when the connection dies. */
  function request(what: string, within: number, start: (done: Answer) => void): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      let waiting = true
      const settle = (act: () => void): void => {
        if (!waiting) return
        waiting = false
        clearTimeout(timer)
        act()
      }
      const late = `${who} did not answer within ${seconds(within)} when asked for ${what}`
      const timer = setTimeout(() => settle(() => reject(new ConnectionLost(late))), within)
      void lost.then(cause => settle(() => reject(cause)))
      // Of a dying connection the cause that `lost` tells is the better one, and it is about to come.
      const fail = (error: Error): void => {
        const dying =
          wire.cause !== undefined || /^(?:Not connected|No response from server)$/.test(error.message)
        if (!dying) settle(() => reject(error))
      }
      try {
        start((error, channel) => {
          if (error) return fail(error)
          channel.on('error', () => undefined)
          // Too late: nobody waits for it, and it must not stay open.
          if (!waiting) channel.close()
          settle(() => resolve(channel))
        })
      } catch (error) {
        fail(error instanceof Error ? error : new Error(reason(error)))
      }
    })
  }

  return {
    address,
    user,
    lost,
    get isLost() {
      return wire.cause !== undefined
    },
    async exec(command) {
      if (command.length > 4096 || !/^[\t\n -~]*$/.test(command)) {
        throw new RangeError('a command for sshd must be short and plain: data belongs on stdin')
      }
      if (sessions >= MOST_SESSIONS) {
        throw new SessionRefused(`${who} has ${sessions} sessions open already`, true)
      }
      sessions++
      try {
        const channel = await request('a session', timeout, done => wire.client.exec(command, done))
        hasServed = true
        channel.on('close', () => sessions--)
        return channel
      } catch (error) {
        sessions--
        if (error instanceof ConnectionLost) throw error
        if (openFailure(error) !== undefined) {
          throw new SessionRefused(
            `${who} opens no session: ${describe(error)}`,
            hasServed || sessions > 0,
            error,
          )
        }
        throw new ConnectionLost(`${who} starts no command: ${describe(error)}`, { cause: error })
      }
    },
    async forward(host, port, within) {
      try {
        return await request('a tunnel', within, done =>
          wire.client.forwardOut('127.0.0.1', 0, host, port, done),
        )
      } catch (error) {
        if (error instanceof ConnectionLost) throw error
        throw new Error(tunnelRefused(error), { cause: error })
      }
    },
    async close() {
      await wire.end(new ConnectionLost(`the connection to ${who} was closed by us`))
      await leave()
    },
  }
}

type Answer = (error: Error | undefined, channel: ClientChannel) => void

/** RFC 4254 5.1: 1 is administratively prohibited, 2 is connect failed. */
function tunnelRefused(error: unknown): string {
  if (openFailure(error) === 1) return 'its sshd forbids tunnels (AllowTcpForwarding or PermitOpen)'
  return describe(error).toLowerCase()
}

/** The reason code with which a server did not open a channel; undefined: something else went wrong. */
function openFailure(error: unknown): number | undefined {
  const code = (error as { reason?: unknown }).reason
  return typeof code === 'number' ? code : undefined
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return printable(text.replace('(SSH) Channel open failure: ', ''))
}
