import { expect, test } from 'vitest'
import { passwords } from '../../src/cli/ask.ts'
import { revealed } from '../../src/model/secret.ts'

async function asked(
  wanted: { k?: boolean; K?: boolean },
  env: Record<string, string> = {},
  ...answers: readonly string[]
) {
  const questions: string[] = []
  const left = [...answers]
  let closed = 0
  const terminal = () => ({
    ask: async (question: string) => {
      questions.push(question)
      return left.shift() ?? ''
    },
    close: () => closed++,
  })
  const { password, becomePassword } = await passwords(
    { askPassword: wanted.k ?? false, askBecomePassword: wanted.K ?? false },
    { env, terminal },
  )
  const values = [password?.reveal(), becomePassword?.reveal()]
  for (const value of values) revealed().delete(value ?? '')
  return { values, questions, env, closed }
}

test.each<
  [
    what: string,
    wanted: { k?: boolean; K?: boolean },
    env: Record<string, string>,
    answers: string[],
    values: (string | undefined)[],
    questions: string[],
  ]
>([
  ['nothing', {}, {}, [], [undefined, undefined], []],
  ['-k', { k: true }, {}, ['a'], ['a', undefined], ['SSH password: ']],
  ['-K', { K: true }, {}, ['b'], [undefined, 'b'], ['sudo password: ']],
  [
    'both',
    { k: true, K: true },
    {},
    ['a', 'b'],
    ['a', 'b'],
    ['SSH password: ', 'sudo password (Enter: the same): '],
  ],
  [
    'both the same',
    { k: true, K: true },
    {},
    ['a', ''],
    ['a', 'a'],
    ['SSH password: ', 'sudo password (Enter: the same): '],
  ],
  [
    'the environment, unasked',
    {},
    { RAMPART_PASSWORD: 'e', RAMPART_BECOME_PASSWORD: 'f' },
    [],
    ['e', 'f'],
    [],
  ],
  [
    'the environment instead of a person',
    { k: true, K: true },
    { RAMPART_PASSWORD: 'e', RAMPART_BECOME_PASSWORD: 'f' },
    [],
    ['e', 'f'],
    [],
  ],
  [
    'one of each',
    { K: true },
    { RAMPART_PASSWORD: 'e' },
    [''],
    ['e', 'e'],
    ['sudo password (Enter: the same): '],
  ],
  [
    'an empty variable says nothing',
    { k: true },
    { RAMPART_PASSWORD: '' },
    ['a'],
    ['a', undefined],
    ['SSH password: '],
  ],
])('%s', async (_, wanted, env, answers, values, questions) => {
  const result = await asked(wanted, { ...env, PATH: '/bin' }, ...answers)
  expect(result.values).toEqual(values)
  expect(result.questions).toEqual(questions)
  expect(result.closed).toBe(questions.length > 0 ? 1 : 0)
  // No program that we start inherits them.
  expect(result.env).toEqual({ PATH: '/bin' })
})
