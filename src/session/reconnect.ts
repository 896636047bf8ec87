import { setTimeout as sleep } from 'node:timers/promises'
import { RampartError } from '../model/error.ts'

/** Milliseconds before each attempt to reach a lost host again; each is lengthened by up to a half at random. */
const PAUSES = [0, 1000, 3000, 8000]

/** Tries until it succeeds, must be given up, or is `over`. Returns undefined, or the error that ended it. */
export async function reconnect(dial: () => Promise<unknown>, over: AbortSignal): Promise<Error | undefined> {
  let last: unknown
  for (const pause of PAUSES) {
    try {
      await sleep(pause * (1 + Math.random() / 2), undefined, { signal: over })
      await dial()
      return undefined
    } catch (error) {
      last = error
      if (over.aborted || isFinal(error)) break
    }
  }
  return last as Error
}

/** A host that shows another key or refuses our login does so again. */
const isFinal = (error: unknown): boolean =>
  RampartError.is(error) && ['HostKeyRefused', 'LoginRefused', 'VariableError'].includes(error.name)
