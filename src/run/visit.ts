import { tell } from '../engine/scene.ts'
import { Tally } from '../engine/tally.ts'
import type { Fleet } from '../model/fleet.ts'
import { asMistake } from '../model/mistake.ts'
import type { Session } from '../session/session.ts'
import { Crew } from './crew.ts'
import { Lines } from './lines.ts'
import { readFleet } from './read.ts'
import type { AbortSignals, RunRequest } from './request.ts'
import { NO_PLAYBOOK } from './request.ts'
import { runId } from './run-id.ts'

type Login =
  | 'inventory'
  | 'extraVars'
  | 'forks'
  | 'user'
  | 'key'
  | 'become'
  | 'password'
  | 'becomePassword'
  | 'acceptNew'

/** Which hosts to go to without a playbook, and how to log in. */
export interface VisitRequest extends Pick<RunRequest, Login> {
  /** Which hosts; `all` means all. */
  readonly pattern: string
}

/** What is done at the hosts. */
export interface Visitor {
  /** At each that was reached. What it throws is that host's failure. */
  readonly at: (session: Session, fleet: Fleet) => Promise<void>
  /** Told of each that was not reached, or at which the visit failed. */
  readonly failed: (host: string, error: Error) => void
}

/**
 * Goes to hosts, all at once, without a playbook and without a lock. Returns the exit code: 4 if one could not be reached,
 * 3 if one would not serve. Throws every mistake.
 */
export async function visit(
  request: VisitRequest,
  { at, failed }: Visitor,
  warn: (message: string) => void,
  signals: AbortSignals,
): Promise<number> {
  const whole: RunRequest = { ...request, ...NO_PLAYBOOK, mode: 'check', verbose: false }
  let crew: Crew | undefined
  try {
    const fleet = await readFleet(whole, request, warn)
    const hosts = fleet.select(request.pattern)
    const lines = new Lines(whole, warn)
    const team = new Crew(runId(), { plays: [], fleet, selected: [], hosts }, whole, lines)
    crew = team
    signals.abort.addEventListener('abort', () => void team.abandon(), { once: true })
    const tally = new Tally([])
    const telling = {
      ...{ clock: () => 0, stop: signals.stop },
      emit: (event: Parameters<Tally['hear']>[0]) => {
        tally.hear(event)
        if (event.event === 'host' && event.error) failed(event.host, event.error)
      },
    }
    await team.gather(
      hosts.map(({ name }) => name),
      telling,
    )
    await Promise.all(
      team.reached.map(host =>
        at(team.reach(host), fleet).catch((error: Error) =>
          tell(telling, 'host', { host, status: 'lost', error }),
        ),
      ),
    )
    return tally.exitCode(signals.stop.aborted)
  } catch (error) {
    throw asMistake(error)
  } finally {
    await crew?.close()
  }
}
