import { showPlace } from '../model/place.ts'
import { placeOf } from '../model/place-of.ts'

/** What a process hears of errors that nobody caught: Node's own, or in a test any emitter. */
export interface ErrorHearing {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown
  off(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown
}

/** The exit code of a run in which rampart itself broke: EX_SOFTWARE of sysexits(3). What it changed is not known. */
export const DEFECT = 70

export interface Defects {
  /** Whether there was one. */
  readonly seen: () => boolean
  readonly dispose: () => void
}

/** Hears errors that nobody caught, so that the run can end in order, its locks freed and its recap told. */
export function catchDefects(hearing: ErrorHearing, tell: (defect: Error) => void): Defects {
  let seen = false
  const hear = (error: unknown): void => {
    seen = true
    tell(defect(error))
  }
  hearing.on('uncaughtException', hear)
  hearing.on('unhandledRejection', hear)
  return {
    seen: () => seen,
    dispose: () => {
      hearing.off('uncaughtException', hear)
      hearing.off('unhandledRejection', hear)
    },
  }
}

/** Such an error for a person. Whose it is, only its stack can tell: a playbook can forget an `await` as well as we. */
export function defect(error: unknown): Error {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const at = placeOf(error)
  const whose =
    at === undefined ? ', so rampart or a playbook has a defect (-v shows where)' : ` of ${showPlace(at)}`
  const told = new Error(`nothing caught this error${whose}: ${name}: ${message}`)
  told.name = 'Defect'
  if (stack !== undefined) told.stack = stack
  return told
}
