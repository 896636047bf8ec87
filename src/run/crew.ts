import { hostname } from 'node:os'
import { gather } from '../engine/gather.ts'
import type { Scene } from '../engine/scene.ts'
import { HostUnreachable } from '../model/error.ts'
import type { FleetHost } from '../model/fleet.ts'
import type { Route, SshRoute } from '../model/route.ts'
import { openSession } from '../session/open.ts'
import type { Session } from '../session/session.ts'
import { loginName } from '../transport/login-name.ts'
import { becomeOf, sessionUser } from './become.ts'
import type { Lines } from './lines.ts'
import type { Project } from './project.ts'
import type { ProverOptions } from './prove.ts'
import type { RunRequest } from './request.ts'
import { withPlace } from './said-at.ts'

type Telling = Pick<Scene, 'emit' | 'clock' | 'stop'>

/** The hosts of one run, connected: opened together, asked for by name, closed together. */
export class Crew {
  /** The run's id. */
  readonly run: string
  readonly #project: Project
  readonly #request: RunRequest
  readonly #lines: Lines
  readonly #sessions = new Map<string, Session>()
  /** To hang up with, for each session that was opened or is being opened. */
  readonly #hangUps = new Set<AbortController>()
  /** Hosts that were tried, and are not tried again. */
  readonly #tried = new Set<string>()

  /** Who runs this, for others who find the host locked or changed. */
  readonly owner = `${loginName()}@${hostname()}`

  constructor(run: string, project: Project, request: RunRequest, lines: Lines) {
    this.run = run
    this.#project = project
    this.#request = request
    this.#lines = lines
  }

  /** Connects to those of the hosts that it has not tried yet. Those that cannot be had are told and left out. */
  async gather(hosts: readonly string[], telling: Telling): Promise<void> {
    const missing = hosts.filter(host => !this.#tried.has(host))
    for (const host of missing) this.#tried.add(host)
    const opened = await gather(missing, this.#request.forks, host => this.#open(host), telling)
    for (const [host, session] of opened) this.#sessions.set(host, session)
  }

  /** The hosts that were reached, in the project's order. */
  get reached(): readonly string[] {
    return this.#project.hosts.map(({ name }) => name).filter(name => this.#sessions.has(name))
  }

  find(host: string): Session | undefined {
    return this.#sessions.get(host)
  }

  /** The session of a host that a task asks or acts on. Throws a HostUnreachable if it was left out of the run. */
  reach(host: string): Session {
    const session = this.#sessions.get(host)
    if (session) return session
    throw new HostUnreachable(`${host} is not part of this run: it could not be reached`, {
      hint: 'Its own line above says why.',
    })
  }

  /** How hosts are logged in to anew, beside the connections of the run. */
  get anew(): ProverOptions {
    return {
      routeOf: host => this.#lines.route(this.#entry(host)),
      becomeRoot: (host, login) => becomeOf(this.#entry(host), login === 'root' ? '' : 'root'),
      connectFresh: route => this.#lines.connectFresh(route),
    }
  }

  /** The hosts through which one is reached, the nearest to it first. */
  jumps(host: string): readonly string[] {
    const names: string[] = []
    for (let via = viaOf(this.#entry(host).route); via !== undefined; via = via.via) names.push(via.host)
    return names
  }

  /** A host of the run that is reached through this one, if there is any. */
  behind(host: string): readonly string[] {
    return this.reached.filter(name => this.jumps(name).includes(host)).slice(0, 1)
  }

  connections(host: string): number {
    return this.#lines.count(host) ?? this.#sessions.get(host)?.connections ?? 0
  }

  /** Hangs up on hosts that were begun to connect to, and were not gathered. */
  release(): void {
    this.#lines.release()
  }

  /** Ends all sessions in good order. Never throws. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(session => session.close()))
    await this.#lines.close()
  }

  /** Hangs up at once: what is under way on the hosts goes on, and its receipts tell the next run. Never throws. */
  async abandon(): Promise<void> {
    for (const line of this.#hangUps) line.abort()
    await this.#lines.close()
  }

  async #open(name: string): Promise<Session> {
    const host = this.#entry(name)
    const line = new AbortController()
    this.#hangUps.add(line)
    try {
      const route = await this.#lines.route(host)
      const user = sessionUser(host, this.#project.plays)
      // Who has no password to give says so here, and not when sudo asks for it.
      if (user !== '' && !(route.transport === 'ssh' && route.user === user)) host.becomePassword?.reveal()
      return await openSession({
        host: name,
        run: this.run,
        owner: this.#request.mode === 'apply' ? this.owner : undefined,
        user,
        dial: () => this.#lines.connect(name, route),
        become: as => becomeOf(host, as),
        over: line.signal,
        despiteGuard: this.#project.plays.length === 0, // who runs nothing may look
      })
    } catch (error) {
      throw withPlace(error, host, this.#project.fleet)
    }
  }

  #entry(name: string): FleetHost {
    const host = this.#project.fleet.hosts.get(name)
    if (host === undefined) throw new HostUnreachable(`the inventory has no host ${name}`)
    return host
  }
}

const viaOf = (route: Route): SshRoute | undefined => ('via' in route ? route.via : undefined)
