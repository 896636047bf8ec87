import type { Become, Route } from '../model/route.ts'

/** A way to machines: opens connections on which any number of framed shells can run. One per run and kind. */
export interface Transport {
  /**
   * Connects and logs in. Throws HostUnreachable, HostKeyRefused, LoginRefused, or a mistake of the key or its file
   * (VariableError). Connections by the same jump host share one login there.
   */
  connect(route: Route): Promise<Connection>
  /**
   * Proves the way in: a new TCP connection with a new key exchange all the way (no shared jump, no multiplexing), and
   * a login with exactly these credentials. Whoever holds the result knows that it is fresh.
   */
  connectFresh(route: Route): Promise<FreshConnection>
  /** Ends what is still open. Never throws. */
  close(): Promise<void>
}

/** One login on one machine. */
export interface Connection {
  /** The address that answered, for people; a name for machines that have none. */
  readonly address: string
  /** The user we logged in as. */
  readonly user: string
  /**
   * Starts one long-lived `/bin/sh`, as the login user or as another by sudo, and returns at once: scripts can be sent
   * before it has greeted. If it never greets, or sudo refuses, every exchange rejects with that error.
   */
  shell(become?: Become): Shell
  /** Settles when the connection has gone, with the cause; never rejects. */
  readonly lost: Promise<Error>
  close(): Promise<void>
}

declare const fresh: unique symbol
/** A connection that shares nothing with an older one. Only a transport can make one. */
export interface FreshConnection extends Connection {
  readonly [fresh]: true
}

/** One script for a framed shell. */
export interface Script {
  /** POSIX sh, without NUL. It runs in a subshell of its own. */
  readonly text: string
  /**
   * Run it in the long-lived shell itself, so that its functions and variables stay, and what it opens as descriptor 9,
   * which no other script inherits. Ours only, never a user's.
   */
  readonly inShell?: boolean
  /** What it reads from standard input, in order; none: end of file. Binary safe; sources are streamed. */
  readonly stdin?: readonly Payload[]
  /** Milliseconds. When they have passed since the script's turn came, the shell is closed. */
  readonly timeout: number
}

/** Bytes, or so many bytes of a local file from its beginning. */
export type Payload = Uint8Array | { readonly source: string; readonly size: number }

/** What was left out of the middle of a stream. */
export interface Omitted {
  readonly bytes: number
  /** Of the whole stream, in hex. */
  readonly sha256: string
}

/** How a remote command ended: exactly one of these. There is no default exit code. */
export type Ending =
  | {
      readonly kind: 'exited'
      readonly code: number
      readonly stdout: Uint8Array
      readonly stderr: Uint8Array
      /** Only if a stream was longer than 16 MiB: of that one, the first and the last 8 MiB are there. */
      readonly omitted?: { readonly stdout: Omitted | undefined; readonly stderr: Omitted | undefined }
    }
  /** The shell itself was killed by a signal. */
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  /** The connection went after the script was sent: it may have run, in part or whole. */
  | { readonly kind: 'lost'; readonly cause: Error }
  /** The connection went before the script was sent. */
  | { readonly kind: 'never-started'; readonly cause: Error }

/** One long-lived sh of one user on one machine. Scripts run one after the other, in the order sent. */
export interface Shell {
  /** Sends these scripts as one frame and promises how each ends. The promises reject only if the shell never began. */
  exchange(scripts: readonly Script[]): readonly Promise<Ending>[]
  /** How many frames were sent. */
  readonly frames: number
  /** Settles when no more can be sent, with the cause; never rejects. */
  readonly closed: Promise<Error>
  close(): Promise<void>
}
