import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drift, inSync, read, run, task } from '../../src/index.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { ScratchHost } from '../support/scratch-host.ts'

test('several hosts may act on one at the same time, each asking and writing in turn', async () => {
  const hosts = ['h1', 'h2', 'hub'].map(name => new ScratchHost('/bin/sh', name))
  const sessions = await Promise.all(hosts.map(host => host.session()))
  const [one, two, hub] = hosts as [ScratchHost, ScratchHost, ScratchHost]
  const join = (home: ScratchHost, delay: number) =>
    task('join', {
      on: ['hub'],
      check: async probe =>
        (await probe.ask(read`test -e ${home.path('joined')}`)).code === 0
          ? inSync()
          : drift({ kind: 'fields', changes: {} }, undefined),
      apply: async host => {
        const members = host.on('hub')
        for (let i = 0; i < 5; i++) {
          expect((await members.ask(read`sleep ${delay}; echo ${i}`)).stdout).toBe(`${i}\n`)
          await members.run(run`echo ${host.name} >>${hub.path('members')}`)
        }
        await host.run(run`touch ${home.path('joined')}`)
      },
    })
  const { said } = await engineRun(
    'apply',
    new Map(
      sessions.map((session, i) => [
        session,
        stages(i < 2 ? [join([one, two][i] as ScratchHost, [0.05, 0.13][i] ?? 0)] : []),
      ]),
    ),
  )
  expect(said).toEqual(['changed join', 'changed join'])
  expect(readFileSync(hub.path('members'), 'utf8').split('\n').sort().join()).toBe(
    `,${'h1,'.repeat(5)}${'h2,'.repeat(4)}h2`,
  )
  expect(existsSync(two.path('joined'))).toBe(true)
  await Promise.all(sessions.map(session => session.close()))
  for (const host of hosts) host[Symbol.dispose]()
})
