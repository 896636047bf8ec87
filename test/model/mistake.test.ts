import { expect, test } from 'vitest'
import {
  CheckFailed,
  ConnectionLost,
  PlaybookError,
  UsageError,
  VariableError,
} from '../../src/model/error.ts'
import { asMistake, isMistake } from '../../src/model/mistake.ts'

const here = expect.objectContaining({ file: 'test/model/mistake.test.ts', line: expect.any(Number) })
const nowhere = <T extends Error>(error: T): T => Object.assign(error, { stack: `${error.name}: x` })

test('what a playbook throws is a mistake of the line that threw it', () => {
  const error = new TypeError('x is not a function')
  expect(asMistake(error)).toMatchObject({
    name: 'PlaybookError',
    message: error.message,
    at: here,
    cause: error,
  })
})

test('what it throws on purpose while it looks is what it found', () => {
  expect(asMistake(new Error('no GPU'), CheckFailed)).toMatchObject({ name: 'CheckFailed', at: here })
  expect(asMistake(new TypeError('no GPU'), CheckFailed)).toMatchObject({ name: 'PlaybookError', at: here })
})

test('an error of ours gets the place that it has none of, and keeps the one that it has', () => {
  const at = { file: 'inventory/hosts.yaml', line: 3 }
  expect(asMistake(new VariableError('x'))).toMatchObject({ name: 'VariableError', at: here })
  expect(asMistake(new VariableError('x', { at }))).toMatchObject({ at })
})

test('where no line of a user has a part in it, it stays as it is', () => {
  for (const error of [nowhere(new TypeError('x')), nowhere(new UsageError('x')), 'text'])
    expect(asMistake(error)).toBe(error)
  expect(asMistake(nowhere(new UsageError('x')))).toMatchObject({ at: undefined })
})

test.each<[unknown, boolean]>([
  [new PlaybookError('x'), true],
  [new VariableError('x'), true],
  [new TypeError('x'), true],
  [new ReferenceError('x'), true],
  [new Error('no GPU'), false],
  [new ConnectionLost('x'), false],
  ['x', false],
])('%o was written by somebody: %s', (error, answer) => {
  expect(isMistake(error)).toBe(answer)
})
