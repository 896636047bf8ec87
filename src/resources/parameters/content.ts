import type { Text } from '../../index.ts'
import { Secret, z } from '../../index.ts'

/** What a file may hold: text, secret text or bytes. */
export function fileContent(): z.ZodType<Text | Uint8Array, Text | Uint8Array> {
  return z.custom<Text | Uint8Array>(
    value => typeof value === 'string' || Secret.is(value) || value instanceof Uint8Array,
    { error: 'expected text, a Secret or a Uint8Array' },
  )
}
