import { readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Query } from '../../src/index.ts'
import { read, run, Secret } from '../../src/index.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const me = { user: '' }

test('the first frame brings the facts; what is asked in one turn is one more', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  expect(session.frames).toBe(1)
  expect(session.hello.facts.hostname).not.toBe('')
  expect(session.hello.facts.cpus).toBeGreaterThan(0)
  expect(session.hello.facts.memoryBytes).toBeGreaterThan(0)
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, i) => session.epoch.ask(read`echo ${i}`, '')),
  )
  expect(replies.map(reply => reply.stdout)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}\n`))
  expect(session.frames).toBe(2)
  await session.close()
})

test('a question is asked once in an epoch, the keys of one turn are one command', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const commands: number[] = []
  const length: Query<string, number> = {
    name: 'length',
    command: keys => {
      commands.push(keys.length)
      return read`for word in ${keys}; do echo ${'x'} "$word" | wc -c; done`
    },
    parse: (reply, keys) => keys.map((_, i) => Number(reply.stdout.split('\n')[i])),
  }
  const words = ['a', 'bb', 'a', 'ccc']
  const lengths = await Promise.all(words.map(word => session.epoch.load(length, word, '')))
  expect(lengths).toEqual([4, 5, 4, 6])
  await session.epoch.load(length, 'bb', '')
  expect(commands).toEqual([3])
  expect(session.frames).toBe(2)
  await session.close()
})

test('a write and the looks after it share a frame, and the looks see it', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const path = host.path('file')
  const before = session.epoch
  const written = session.write([{ path, content: "it's\n", mode: '0640' }], me)
  const seen = session.epoch.ask(read`cat ${path}`, '')
  await written
  expect((await seen).stdout).toBe("it's\n")
  expect(session.frames).toBe(2)
  expect(statSync(path).mode & 0o7777).toBe(0o640)
  expect(before.over).toBe(true)
  await expect(before.ask(read`true`, '')).rejects.toThrow('changed while')
  await session.close()
})

test('steps run in order, each with its own stdin, and stop at the first that fails', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const secret = new Secret('s3cret token')
  await session.write(
    [
      run({ stdin: secret })`cat >${host.path('a')}`,
      run`cat >${host.path('b')}`,
      run({ stdin: 'unread', ok: [3] })`exit 3`,
      { path: host.path('c'), content: new Uint8Array([0, 255, 10]), mode: '0600' },
    ],
    me,
  )
  expect(readFileSync(host.path('a'), 'utf8')).toBe('s3cret token')
  expect(readFileSync(host.path('b'), 'utf8')).toBe('')
  expect([...readFileSync(host.path('c'))]).toEqual([0, 255, 10])
  const failing = session.write(
    [run`echo one >>${host.path('d')}`, run`echo why >&2; exit 4`, run`echo three >>${host.path('d')}`],
    me,
  )
  await expect(failing).rejects.toMatchObject({
    name: 'StepFailed',
    message: 'echo why >&2; exit 4 exited 4: why',
  })
  expect(readFileSync(host.path('d'), 'utf8')).toBe('one\n')
  await session.close()
})

test('what a secret step printed is told to nobody when a later one fails', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const failing = (secret: boolean) =>
    session.write([run({ secret })`echo t0ken; echo t0ken >&2`, run`echo why >&2; exit 4`], me)
  await expect(failing(false)).rejects.toMatchObject({ reply: { stdout: 't0ken\n' } })
  const error = await failing(true).catch((error: unknown) => error)
  expect(error).toMatchObject({
    name: 'StepFailed',
    message: 'echo why >&2; exit 4 exited 4',
    reply: undefined,
  })
  await session.close()
})
