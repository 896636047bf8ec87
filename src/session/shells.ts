import { ConnectionLost } from '../model/error.ts'
import type { Become } from '../model/route.ts'
import type { Connection, Ending, Script, Shell } from '../transport/transport.ts'
import type { Exited } from './waiting.ts'

export interface ShellsOptions {
  readonly dial: () => Promise<Connection>
  /** How to become a user; undefined for the login user. */
  readonly become: (user: string) => Become | undefined
  /** Said to each new shell in its first frame. */
  readonly greeting: (user: string) => Script
  /** Hears the answer to the greeting. Throws if the shell is of no use. */
  readonly greeted: (user: string, ending: Exited) => void
}

/** A host's connection and its users' shells on it: made when first needed, dropped together, made again. */
export class Shells {
  readonly #options: ShellsOptions
  readonly #shells = new Map<string, Shell>()
  #dialling: Promise<Connection> | undefined
  #open: Connection | undefined
  /** Why it is not made again. */
  #ended: Error | undefined
  #frames = 0
  #connections = 0

  constructor(options: ShellsOptions) {
    this.#options = options
  }

  /** The connection, made if there is none. */
  get connection(): Promise<Connection> {
    this.#dialling ??= this.#dial()
    return this.#dialling
  }

  /** Whether there is a connection. It may be lost already: that shows when it is used. */
  get areOpen(): boolean {
    return this.#open !== undefined
  }

  /** Frames sent so far, of all shells. */
  get frames(): number {
    return this.#frames
  }

  /** How often this host was connected to. */
  get connections(): number {
    return this.#connections
  }

  /**
   * Sends one frame, at once. A new shell is greeted in it before all else. Throws if there is no connection; the promises
   * reject if the user's shell cannot be had.
   */
  exchange(user: string, scripts: readonly Script[]): readonly Promise<Ending>[] {
    if (!this.#open) throw this.#ended ?? new ConnectionLost('there is no connection')
    this.#frames++
    const known = this.#shells.get(user)
    if (known) return known.exchange(scripts)
    const shell = this.#open.shell(this.#options.become(user))
    this.#shells.set(user, shell)
    const [greeting, ...rest] = shell.exchange([this.#options.greeting(user), ...scripts])
    const greeted = (greeting as Promise<Ending>).then(ending => {
      if (ending.kind === 'exited') this.#options.greeted(user, ending)
    })
    return rest.map(async ending => (await Promise.all([ending, greeted]))[0])
  }

  /** Hangs up. Never throws. */
  async drop(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    this.#dialling = undefined
    this.#shells.clear()
    await open?.close().catch(() => undefined)
  }

  /** Hangs up for good; a connection that is still being made is hung up when it is there. Never throws. */
  async end(why: Error): Promise<void> {
    this.#ended ??= why
    await this.drop()
  }

  async #dial(): Promise<Connection> {
    try {
      if (this.#ended) throw this.#ended
      const connection = await this.#options.dial()
      this.#connections++
      if (this.#ended) {
        await connection.close()
        throw this.#ended
      }
      this.#open = connection
      return connection
    } catch (error) {
      this.#dialling = undefined
      throw error
    }
  }
}
