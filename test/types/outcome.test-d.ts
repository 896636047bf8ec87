import { expectTypeOf, test } from 'vitest'
import type { Outcome } from '../../src/model/outcome.ts'

test('the mode decides which endings exist', () => {
  expectTypeOf<Outcome<'check'>['status']>().toEqualTypeOf<
    'ok' | 'failed' | 'skipped' | 'would-change' | 'unknown'
  >()
  expectTypeOf<Outcome<'apply'>['status']>().toEqualTypeOf<
    'ok' | 'failed' | 'skipped' | 'changed' | 'unknown' | 'rolled-back' | 'rollback-failed'
  >()
  // @ts-expect-error a dry run changes nothing
  const changed: Outcome<'check'> = { status: 'changed', diff: { kind: 'fields', changes: {} } }
  // @ts-expect-error a run does not say what it would do
  const wouldChange: Outcome<'apply'> = { status: 'would-change', diff: { kind: 'fields', changes: {} } }
  // @ts-expect-error in a dry run unknown says which task would change first
  const unknown: Outcome<'check'> = { status: 'unknown', error: new Error('x') }
  return [changed, wouldChange, unknown]
})
