import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { catchDefects, defect } from '../../src/cli/defect.ts'
import { catchInterrupts } from '../../src/cli/signals.ts'

function caught() {
  const hearing = new EventEmitter()
  const notes: string[] = []
  let exits = 0
  const interrupts = catchInterrupts(
    hearing,
    text => notes.push(text),
    () => exits++,
  )
  const state = () => [interrupts.stop.aborted, interrupts.abort.aborted, notes.length, exits]
  return { hearing, interrupts, state }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s once, twice, three times (R01)', signal => {
  const { hearing, state } = caught()
  expect(state()).toEqual([false, false, 0, 0])
  hearing.emit(signal)
  expect(state()).toEqual([true, false, 1, 0])
  hearing.emit(signal)
  expect(state()).toEqual([true, true, 2, 0])
  hearing.emit(signal)
  expect(state()).toEqual([true, true, 2, 1])
})

test('one of each counts as well', () => {
  const { hearing, state } = caught()
  hearing.emit('SIGTERM')
  hearing.emit('SIGINT')
  hearing.emit('SIGHUP')
  expect(state()).toEqual([true, true, 2, 1])
})

test('after the run the signals are the process’s own again', () => {
  const { hearing, interrupts, state } = caught()
  interrupts.dispose()
  expect(hearing.eventNames()).toEqual([])
  hearing.emit('SIGINT')
  expect(state()).toEqual([false, false, 0, 0])
})

test('a defect leaves without a word about signals', () => {
  const { hearing, interrupts, state } = caught()
  interrupts.leave()
  expect(state()).toEqual([true, true, 0, 0])
  hearing.emit('SIGINT')
  expect(state()).toEqual([true, true, 0, 1])
})

test('errors that nobody caught are heard, told and remembered (R07)', () => {
  const hearing = new EventEmitter()
  const told: Error[] = []
  const defects = catchDefects(hearing, error => told.push(error))
  expect(defects.seen()).toBe(false)
  hearing.emit('unhandledRejection', new TypeError('x is not a function'))
  hearing.emit('uncaughtException', 'a string')
  expect(defects.seen()).toBe(true)
  expect(told.map(({ name, message }) => [name, message])).toEqual([
    [
      'Defect',
      expect.stringMatching(
        /^nothing caught this error of test\/cli\/signals\.test\.ts:\d+:\d+: TypeError: x is not a function$/,
      ),
    ],
    [
      'Defect',
      'nothing caught this error, so rampart or a playbook has a defect (-v shows where): Error: a string',
    ],
  ])
  defects.dispose()
  expect(hearing.eventNames()).toEqual([])
})

test('a defect keeps the stack that -v shows', () => {
  const error = new TypeError('odd')
  expect(defect(error).stack).toBe(error.stack)
})
