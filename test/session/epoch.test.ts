import { expect, test } from 'vitest'
import type { Command, Query } from '../../src/index.ts'
import { read, run } from '../../src/index.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const query = (command: () => Command<'read'>): Query<string, string> => ({
  name: 'query',
  command,
  parse: (reply, keys) => keys.map(() => reply.stdout),
})

test.each<[string, Query<string, string>, string]>([
  [
    'that cannot be made into a command',
    query(() => read`echo ${'a\0b'}`),
    'a word of a command holds a NUL byte',
  ],
  ['whose command writes', query(() => run`touch x` as never), 'a check is to run a command that writes'],
])('a query %s rejects for each of its keys', async (_, bad, message) => {
  using host = new ScratchHost()
  const session = await host.session()
  const asked = ['a', 'b'].map(key => session.epoch.load(bad, key, ''))
  for (const answer of asked) await expect(answer).rejects.toThrow(message)
  await session.close()
})

test('one script is one question only if it is asked on the same terms', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const [any, strict, secret] = await Promise.allSettled(
    [{}, { ok: [0] }, { ok: [0], secret: true }].map(options =>
      session.epoch.ask(read(options)`echo why >&2; exit 3`, ''),
    ),
  )
  expect(any).toMatchObject({ status: 'fulfilled', value: { code: 3 } })
  expect(strict).toMatchObject({ reason: { message: 'echo why >&2; exit 3 exited 3: why' } })
  expect(secret).toMatchObject({ reason: { message: 'echo why >&2; exit 3 exited 3' } })
  await session.close()
})

test('an answer that nobody waits for any more may fail unseen', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const length = query(() => read`echo 1`)
  const check = async (): Promise<void> => {
    const asked = [session.epoch.ask(read`sleep 0.1; echo 1`, ''), session.epoch.load(length, 'x', '')]
    const old = session.epoch
    session.refresh()
    for (const answer of [...asked, old.ask(read`echo 2`, ''), old.load(length, 'y', '')]) await answer
  }
  await expect(check()).rejects.toThrow('changed while')
  await session.close()
})

test('what is over answers nobody, not even what it was asked before', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const length = query(() => read`echo 1`)
  const { epoch } = session
  await epoch.load(length, 'x', '')
  session.refresh()
  await expect(epoch.load(length, 'x', '')).rejects.toThrow('changed while')
  await session.close()
})
