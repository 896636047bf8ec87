import { z } from '../../index.ts'

/** The name of a user or group of the host, as useradd(8) and groupadd(8) accept it on any distribution. */
export function accountName(): z.ZodType<string, string> {
  return z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_.-]{0,30}\$?$/, {
    error:
      'expected a name of letters, digits, "_", "-" and ".", at most 32 long, that begins with a letter or "_"',
  })
}

/** The last two of 32 bits stand for "none" (chown(2)). */
const LAST_ID = 0xff_ff_ff_fd

/** A numeric user or group id. */
export function accountId(error = `expected a number from 0 to ${LAST_ID}`): z.ZodType<number, number> {
  return z.int({ error }).min(0, { error }).max(LAST_ID, { error })
}

/**
 * Somebody who is already there: a name, which may also come from a directory service (`Domain Users`,
 * `alice@example.com`), or a number.
 */
export function existingAccount(): z.ZodType<string | number, string | number> {
  const error = "expected a name, such as 'root', or a number"
  return z.union([accountId(error), z.string().regex(/^[^\s\d:/~+-][^:\p{Cc}/]{0,254}$/u, { error })], {
    error,
  })
}
