import { tell } from '../engine/scene.ts'
import { Tally } from '../engine/tally.ts'
import { UsageError } from '../model/error.ts'
import { asMistake } from '../model/mistake.ts'
import { didYouMean } from '../model/nearest.ts'
import { Crew } from './crew.ts'
import type { Fact } from './facts/index.ts'
import { askFacts, FACT_NAMES } from './facts/index.ts'
import { keepFacts } from './facts-cache.ts'
import { readFleet } from './read.ts'
import type { AbortSignals, RunRequest } from './request.ts'
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

export interface FactsRequest extends Pick<RunRequest, Login> {
  /** Which hosts; `all` means all. */
  readonly pattern: string
  /** Names of facts; empty: all of them. */
  readonly only: readonly string[]
}

/** What became of one host: its facts, or why there are none. */
export interface HostFacts {
  readonly host: string
  readonly facts?: readonly Fact[]
  readonly error?: Error
}

/**
 * Asks hosts for their facts, each by one frame after its login, and tells of each as soon as it has answered. Changes
 * nothing and takes no lock. Returns the exit code: 4 if a host could not be reached. Throws every mistake.
 */
export async function gatherFacts(
  request: FactsRequest,
  hear: (host: HostFacts) => void,
  warn: (message: string) => void,
  signals: AbortSignals,
): Promise<number> {
  const names = wanted(request.only)
  let crew: Crew | undefined
  try {
    const fleet = await readFleet({ ...request, ...NOTHING }, request, warn)
    const hosts = fleet.select(request.pattern)
    const whole: RunRequest = { ...request, ...NOTHING }
    const team = new Crew(runId(), { plays: [], fleet, selected: [], hosts }, whole, warn)
    crew = team
    signals.abort.addEventListener('abort', () => void team.abandon(), { once: true })
    const tally = new Tally([])
    const telling = {
      ...{ clock: () => 0, stop: signals.stop },
      emit: (event: Parameters<Tally['hear']>[0]) => {
        tally.hear(event)
        if (event.event === 'host' && event.error) hear({ host: event.host, error: event.error })
      },
    }
    await team.gather(
      hosts.map(({ name }) => name),
      telling,
    )
    await Promise.all(
      team.reached.map(async host => {
        const session = team.reach(host)
        try {
          hear({ host, facts: await askFacts(session, names) })
          await keepFacts(fleet.source, host, session.hello.facts)
        } catch (error) {
          tell(telling, 'host', { host, status: 'lost', error: error as Error })
        }
      }),
    )
    return tally.exitCode(signals.stop.aborted)
  } catch (error) {
    throw asMistake(error)
  } finally {
    await crew?.close()
  }
}

/** What a run has and a question has not. */
const NOTHING: Omit<RunRequest, Login> = {
  ...{ playbooks: [], limit: [], roles: [], tags: [], skipTags: [], startAt: undefined },
  ...{ mode: 'check' as const, verbose: false },
}

function wanted(only: readonly string[]): readonly string[] {
  const wrong = only.find(name => !FACT_NAMES.includes(name))
  if (wrong !== undefined) {
    throw new UsageError(`--only ${wrong}: there is no such fact`, { hint: didYouMean(wrong, FACT_NAMES) })
  }
  return only.length === 0 ? FACT_NAMES : FACT_NAMES.filter(name => only.includes(name))
}
