import { z } from '../../index.ts'

/** The parameter that says whether a thing is to be there. */
export function presentOrAbsent(): z.ZodDefault<z.ZodEnum<{ present: 'present'; absent: 'absent' }>> {
  return z.enum(['present', 'absent']).default('present')
}
