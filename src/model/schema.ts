import { z } from 'zod'
import type { FileMode } from './plan.ts'
import type { Text } from './secret.ts'
import { Secret } from './secret.ts'

export { z }

// Zod would compile each schema before it first uses it, which takes longer than all that a run holds against it.
z.config({ jitless: true })

/** A zod schema for a {@link Secret}; a plain string is refused. */
export function secret(): z.ZodType<Secret, Secret> {
  return z.custom<Secret>(value => Secret.is(value), {
    error: 'expected a secret (!env, !file, !vault or new Secret(…))',
    params: { secret: true },
  })
}

/** A zod schema for text that may be secret. */
export function text(): z.ZodType<Text, Text> {
  return z.custom<Text>(value => typeof value === 'string' || Secret.is(value), { error: 'expected text' })
}

/** A zod schema for an octal file mode with its leading zero, such as `'0644'`. */
export function mode(): z.ZodType<FileMode, FileMode> {
  return z.custom<FileMode>(value => typeof value === 'string' && /^0[0-7]{3,4}$/.test(value), {
    error: "expected an octal file mode with its leading zero, such as '0644'",
  })
}
