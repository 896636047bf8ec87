import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSession } from '../../src/session/open.ts'
import type { Session } from '../../src/session/session.ts'
import type { Channel } from '../../src/transport/channel.ts'
import { ShellEnded } from '../../src/transport/channel.ts'
import { loader } from '../../src/transport/loader.ts'
import { openShell } from '../../src/transport/shell.ts'
import type { Connection } from '../../src/transport/transport.ts'

/** A uid that owns nothing here, so that a session keeps its things in the scratch home and not in /var/lib/rampart. */
const NOBODY = 65534

/**
 * A real sh of a user who owns nothing but a scratch folder: a host for sessions, whose line can be cut and mended. The
 * far process does not die with the line: as behind sshd it lives until it reads or writes.
 */
export class ScratchHost implements Disposable {
  readonly home: string
  readonly name: string
  readonly #sh: string
  readonly #path: string
  readonly #children = new Set<ReturnType<typeof spawn>>()
  readonly #open = new Set<Channel>()
  /** While it is false, connecting fails. */
  reachable = true
  /** Hangs up the sessions that were opened here. */
  readonly over = new AbortController()
  /** How often somebody tried to connect to it, and how often it let them. */
  tried = 0
  connected = 0

  constructor(sh = '/bin/sh', name = 'scratch', path = process.env['PATH'] ?? '') {
    this.#sh = sh
    this.#path = path
    this.name = name
    this.home = mkdtempSync(join(tmpdir(), 'rampart-host-'))
    this.#own(this.home)
  }

  path(name: string): string {
    return join(this.home, name)
  }

  async dial(): Promise<Connection> {
    this.tried++
    if (!this.reachable) throw Object.assign(new Error('no route to it'), { name: 'HostUnreachable' })
    this.connected++
    const opened: Channel[] = []
    return {
      address: 'scratch',
      user: 'me',
      shell: become => {
        const channel = this.#channel(become?.user)
        opened.push(channel)
        return openShell(channel, { sh: this.#sh })
      },
      lost: new Promise(() => undefined),
      close: async () => {
        for (const channel of opened) channel.destroy()
      },
    }
  }

  /** Opens a session, as a run does; without an owner as `--check` does. */
  session(run = 'test', owner: string | null = 'tester'): Promise<Session> {
    return openSession({
      host: this.name,
      run,
      owner: owner ?? undefined,
      user: '',
      dial: () => this.dial(),
      become: user => (user === '' ? undefined : { user, password: undefined }),
      over: this.over.signal,
    })
  }

  /** Cuts every line at once; nobody tells the far processes. */
  cut(): void {
    for (const channel of this.#open) channel.destroy()
  }

  /** Waits until no far process is left. */
  async quiet(): Promise<void> {
    await Promise.all([...this.#children].map(child => child.exitCode ?? once(child, 'exit')))
  }

  /** Kills every far shell, but not what runs under it. */
  killAll(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  [Symbol.dispose](): void {
    this.killAll()
    rmSync(this.home, { recursive: true, force: true })
  }

  /** The home of one of its other users, who are told apart by that alone. */
  homeOf(user: string): string {
    const home = this.path(`home of ${user}`)
    if (!existsSync(home)) this.#own(mkdirSync(home, { recursive: true }) ?? home)
    return home
  }

  #own(path: string): void {
    chmodSync(path, 0o755)
    if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY)
  }

  #channel(user: string | undefined): Channel {
    const root = process.getuid?.() === 0
    const child = spawn('/bin/sh', ['-c', loader(this.#sh)], {
      env: {
        HOME: user === undefined ? this.home : this.homeOf(user),
        PATH: this.#path,
      },
      cwd: this.home,
      ...(root ? { uid: NOBODY, gid: NOBODY } : {}),
    })
    this.#children.add(child)
    let cut: (error: Error) => void = () => undefined
    const closed = new Promise<Error>(resolve => {
      cut = resolve
      child.once('exit', (code, signal) =>
        resolve(new ShellEnded({ code: code ?? undefined, signal: signal ?? undefined })),
      )
    })
    const channel: Channel = {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      closed,
      destroy: () => {
        this.#open.delete(channel)
        child.stdin.destroy()
        child.stdout.destroy()
        child.stderr.destroy()
        cut(new Error('the line was cut'))
      },
    }
    this.#open.add(channel)
    return channel
  }
}
