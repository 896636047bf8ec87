import { setTimeout as sleep } from 'node:timers/promises'
import { RampartError } from '../model/error.ts'

/** Milliseconds before each attempt to reach a lost host again; each is lengthened by up to a half at random. */
const PAUSES = [0, 1000, 3000, 8000]

/** And between those to a host that is starting anew. */
const PATIENT = 3000

/**
 * Tries until it succeeds, must be given up, or is `over`. A host that is away on purpose, `until` then by the clock of
 * `performance`, is tried for as long: also if it refuses the login, as it does while it goes down and comes up
 * (pam_nologin(8)). Returns undefined, or the error that ended it.
 */
export async function reconnect(
  dial: () => Promise<unknown>,
  over: AbortSignal,
  until = 0,
): Promise<Error | undefined> {
  let last: unknown
  for (let i = 0; until > 0 ? i === 0 || performance.now() < until : i < PAUSES.length; i++) {
    try {
      await sleep((PAUSES[until > 0 ? i + 1 : i] ?? PATIENT) * (1 + Math.random() / 2), undefined, {
        signal: over,
      })
      await dial()
      return undefined
    } catch (error) {
      last = error
      if (over.aborted || isFinal(error, until)) break
    }
  }
  return last as Error
}

/** A host that shows another key or refuses our login does so again. */
const isFinal = (error: unknown, until: number): boolean =>
  RampartError.is(error) &&
  (['HostKeyRefused', 'VariableError'].includes(error.name) ||
    (error.name === 'LoginRefused' && performance.now() >= until))
