import { z } from '../../index.ts'

/** The parameter for one value or a list of them. `wrong` says what is wrong with a value, if anything. */
export function oneOrMore<T>(
  wrong: (value: unknown) => string | undefined,
): z.ZodType<T | readonly T[], T | readonly T[]> {
  return z.custom<T | readonly T[]>().superRefine((given, context) => {
    const refuse = (message: string, ...path: number[]) => context.addIssue({ code: 'custom', path, message })
    if (!Array.isArray(given)) {
      const message = wrong(given)
      if (message !== undefined) refuse(message)
      return
    }
    if (given.length === 0) refuse('expected at least one; leave it out if it does not matter')
    for (const [i, value] of given.entries()) {
      const message = wrong(value)
      if (message !== undefined) refuse(message, i)
    }
  })
}

/** What was given, as a list. */
export function listed<T>(given: T | readonly T[] | undefined): readonly T[] {
  return given === undefined ? [] : ([given].flat() as readonly T[])
}
