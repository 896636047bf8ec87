import { expect, test } from 'vitest'
import type { Command, Task } from '../../src/index.ts'
import { drift, inSync, read, run, task } from '../../src/index.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { ScratchHost } from '../support/scratch-host.ts'

test('a later play sees what any host has done in the one before, also what ended after this host had looked', async () => {
  using one = new ScratchHost('/bin/sh', 'h1')
  using two = new ScratchHost('/bin/sh', 'h2')
  const sessions = await Promise.all([one.session(), two.session()])
  const shared = two.path('shared')
  const made = (name: string, path: string, cure: Command<'write'>, pause = 0): Task =>
    task(name, {
      check: async probe =>
        (await probe.ask(read`sleep ${pause}; test -e ${path}`)).code === 0
          ? inSync()
          : drift({ kind: 'fields', changes: {} }, [cure]),
    })
  const quick = one.path('quick')
  const [h1, h2] = sessions
  const { said } = await engineRun(
    'apply',
    new Map([
      [h1, stages([made('quick', quick, run`touch ${quick}`, 0.2)], [made('needs it', shared, run`exit 1`)])],
      [h2, stages([made('slow', shared, run`sleep 1; touch ${shared}`)], [])],
    ]),
  )
  expect(said).toEqual(['changed quick', 'changed slow', 'ok needs it'])
  await Promise.all(sessions.map(session => session.close()))
})
