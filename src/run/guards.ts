import { accepting, confirming, LISTING, readReports, told, undoing } from '../guard/end.ts'
import type { TransactionReport } from '../guard/transaction.ts'
import { CheckFailed } from '../model/error.ts'
import type { Session } from '../session/session.ts'
import type { AbortSignals } from './request.ts'
import type { Visitor, VisitRequest } from './visit.ts'
import { visit } from './visit.ts'

export interface GuardsRequest extends VisitRequest {
  /** `status` looks only; the others end what is open, as a person wants it. */
  readonly action: 'status' | 'confirm' | 'undo'
}

/** What became of one host: its guarded changes, or why they cannot be told. */
export interface HostGuards {
  readonly host: string
  readonly guards?: readonly TransactionReport[]
  readonly error?: Error
}

/** Milliseconds for a host to undo a change. */
const TIMEOUT = 90_000

/**
 * Looks at the guarded changes of hosts, or ends those that are open. Takes no lock: a run may be waiting for just that.
 * Returns the exit code: 5 if one that was to be confirmed had been undone, 3 if one could not be ended, 4 for a host that
 * could not be reached. Throws every mistake.
 */
export async function guards(
  request: GuardsRequest,
  hear: (host: HostGuards) => void,
  warn: (message: string) => void,
  signals: AbortSignals,
): Promise<number> {
  const codes: number[] = []
  const visitor: Visitor = {
    at: async session => {
      const { after, code } = await end(session, request.action)
      hear({ host: session.host, guards: after })
      codes.push(code)
    },
    failed: (host, error) => hear({ host, error }),
  }
  const exitCode = await visit(request, visitor, warn, signals)
  return [5, 3].find(code => codes.includes(code)) ?? exitCode
}

async function end(
  session: Session,
  action: GuardsRequest['action'],
): Promise<{ readonly after: readonly TransactionReport[]; readonly code: number }> {
  const before = await listed(session)
  if (action === 'status') return { after: before, code: 0 }
  let code = 0
  for (const { txid, state } of before) {
    const script = scriptFor(action, state, txid)
    if (script === undefined) continue
    const now = told(await session.say(script, 'root', TIMEOUT))
    if (action === 'confirm' && now !== 'confirmed') code = now === 'rolled-back' ? 5 : 3
    if (action === 'undo' && now !== 'rolled-back') code = 3
  }
  return { after: await listed(session), code }
}

/** What ends a change in this state; undefined if it has ended. */
function scriptFor(
  action: 'confirm' | 'undo',
  state: TransactionReport['state'],
  txid: string,
): string | undefined {
  if (action === 'undo')
    return state === 'confirmed' || state === 'rolled-back'
      ? undefined
      : undoing(txid, 'somebody asked for it')
  if (state === 'pending') return confirming(txid)
  return state === 'rollback-failed' ? accepting(txid) : undefined
}

async function listed(session: Session): Promise<readonly TransactionReport[]> {
  try {
    return readReports(await session.say(LISTING, 'root', 60_000))
  } catch (error) {
    throw new CheckFailed(`its guarded changes cannot be read: ${(error as Error).message}`, { cause: error })
  }
}
