import { expect, test, vi } from 'vitest'
import { command } from '../../src/controller/command.ts'

test.each([
  ['a plain word', 'plain'],
  ['nothing', ''],
  ['spaces and both quotes', `it's "so" `],
  ['what a shell would expand', '$HOME `id` $(id) * ~ !! \\n'],
  ['a line break', 'one\ntwo\r\n'],
  ['a leading hyphen', '-n'],
  ['letters of many scripts', 'naïve 汉语 🦀'],
])('a program gets %s as it is', async (_, word) => {
  const { code, stdout } = await command(['printf', '%s', word])
  expect({ code, stdout }).toEqual({ code: 0, stdout: word })
})

test.each([
  ['exit 0', { code: 0, stdout: '', stderr: '' }],
  ['echo out; echo err >&2; exit 3', { code: 3, stdout: 'out\n', stderr: 'err\n' }],
  ['kill -KILL $$', { code: null, stdout: '', stderr: '' }],
])('%s', async (script, ended) => {
  expect(await command(['sh', '-c', script])).toEqual(ended)
})

test('a program that is not there ends with 127', async () => {
  expect(await command(['no-such-program'])).toMatchObject({ code: 127 })
})

test('standard input is what was given, or at its end', async () => {
  expect((await command(['cat'], { input: 'a\nb' })).stdout).toBe('a\nb')
  expect((await command(['cat'])).stdout).toBe('')
})

test('the environment is ours and what was added', async () => {
  const { stdout } = await command(['sh', '-c', 'echo "$PATH|$ADDED"'], { env: { ADDED: 'yes' } })
  expect(stdout).toBe(`${process.env['PATH']}|yes\n`)
})

test('a passed timeout ends the program and its children, whatever code they end with', async () => {
  const child = `sleep 600.${process.pid}`
  const { code } = await command(['sh', '-c', `${child} & wait`], { timeout: 500 })
  expect(code).toBeNull()
  await vi.waitFor(async () => expect(await command(['pgrep', '-f', child])).toMatchObject({ code: 1 }), 4000)
})
