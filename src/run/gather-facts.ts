import { UsageError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import type { Fact } from './facts/index.ts'
import { askFacts, FACT_NAMES } from './facts/index.ts'
import { keepFacts } from './facts-cache.ts'
import type { AbortSignals } from './request.ts'
import type { Visitor, VisitRequest } from './visit.ts'
import { visit } from './visit.ts'

export interface FactsRequest extends VisitRequest {
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
  const visitor: Visitor = {
    at: async (session, { source }) => {
      hear({ host: session.host, facts: await askFacts(session, names) })
      await keepFacts(source, session.host, session.hello.facts)
    },
    failed: (host, error) => hear({ host, error }),
  }
  return visit(request, visitor, warn, signals)
}

function wanted(only: readonly string[]): readonly string[] {
  const wrong = only.find(name => !FACT_NAMES.includes(name))
  if (wrong !== undefined) {
    throw new UsageError(`--only ${wrong}: there is no such fact`, { hint: didYouMean(wrong, FACT_NAMES) })
  }
  return only.length === 0 ? FACT_NAMES : FACT_NAMES.filter(name => only.includes(name))
}
