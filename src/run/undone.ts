import { noteTold } from '../guard/end.ts'
import type { Session } from '../session/session.ts'

/**
 * Tells what earlier runs did not live to tell: guarded changes that hosts have undone since, once, and those that they
 * could not undo, each time. A run that may write notes that it was told.
 */
export async function tellUndone(
  sessions: readonly Session[],
  mayWrite: boolean,
  warn: (message: string) => void,
): Promise<void> {
  await Promise.all(
    sessions.map(async session => {
      const { guards } = session.hello
      const undone = guards.filter(({ state, told }) => state === 'rolled-back' && !told)
      for (const { task, owner, reason } of undone)
        warn(`${session.host} rolled back the guarded change "${task}" of ${owner}: ${reason}`)
      for (const { task, owner, txid } of guards.filter(({ state }) => state === 'rollback-failed'))
        warn(
          `LOCKOUT RISK: ${session.host} could not roll back the guarded change "${task}" of ${owner}; see rampart guard status ${session.host}, and /var/lib/rampart/txn/${txid}/undo.log on it`,
        )
      if (mayWrite && undone.length > 0)
        await session
          .say(noteTold(undone.map(({ txid }) => txid)), session.user, 60_000)
          .catch(() => undefined)
    }),
  )
}
