import { describe, expect, test } from 'vitest'
import * as errors from '../../src/model/error.ts'
import { showPlace } from '../../src/model/place.ts'

const { ConnectionLost, NotConverged, PlaybookError, RampartError, showError, StepFailed } = errors

describe('an error', () => {
  const classes = Object.entries(errors).filter(
    (entry): entry is [string, typeof RampartError] => typeof entry[1] === 'function' && 'is' in entry[1],
  )

  test('of each kind is named as its class, as exit codes and JSON go by the name', () => {
    expect(classes.length).toBeGreaterThan(10)
    for (const [name, Class] of classes) {
      const error = new Class('' as never)
      expect([error.name, error instanceof RampartError, error instanceof Error]).toEqual([name, true, true])
    }
  })

  test('is known by its symbol, so that one of another copy of rampart is one too', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('rampart.Error')]: true, hint: 'y' })
    expect([new PlaybookError(''), foreign, new Error('x'), null, 'x'].map(RampartError.is)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(showError(foreign)).toBe('x\n  y')
  })

  test('has a cause only if it was given one', () => {
    expect('cause' in new PlaybookError('x')).toBe(false)
    expect(new PlaybookError('x', { cause: 1 }).cause).toBe(1)
  })

  test('of some kinds says more', () => {
    const left = { kind: 'fields', changes: { mode: ['0644', '0600'] } } as const
    const reply = { code: 1, stdout: '', stderr: 'no', bytes: new Uint8Array() }
    expect(new NotConverged(left)).toMatchObject({ left, message: 'still drifts after its steps succeeded' })
    expect(new StepFailed('x', { reply, hint: 'y' })).toMatchObject({ reply, hint: 'y' })
    expect([new ConnectionLost('x').underWay, new ConnectionLost('x', { underWay: true }).underWay]).toEqual([
      false,
      true,
    ])
  })
})

test.each<[error: unknown, shown: string]>([
  [new PlaybookError('it is wrong'), 'it is wrong'],
  [new PlaybookError('it is wrong', { hint: 'Mend it.' }), 'it is wrong\n  Mend it.'],
  [new PlaybookError('it is wrong', { at: { file: 'a.ts' } }), 'a.ts: it is wrong'],
  [
    new PlaybookError('it is wrong', { at: { file: 'a.ts', line: 3, column: 7 }, hint: 'Mend it.' }),
    'a.ts:3:7: it is wrong\n  Mend it.',
  ],
  [new TypeError("a stranger's"), "a stranger's"],
  ['a string', 'a string'],
])('%o is shown without a stack', (error, shown) => {
  expect(showError(error)).toBe(shown)
})

test.each([
  [{ file: 'a' }, 'a'],
  [{ file: 'a', line: 1 }, 'a:1'],
  [{ file: 'a', line: 1, column: 2 }, 'a:1:2'],
  [{ file: 'a', column: 2 }, 'a'],
])('%o is the place %s', (place, shown) => {
  expect(showPlace(place)).toBe(shown)
})
