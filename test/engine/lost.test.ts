import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Task } from '../../src/index.ts'
import { drift, handler, inSync, read, run, task } from '../../src/index.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { fileTask } from '../support/file-task.ts'
import { ScratchHost } from '../support/scratch-host.ts'

/** From now on nobody reaches it any more. */
function lose(host: ScratchHost): void {
  host.reachable = false
  host.cut()
}

const drifting = (host: ScratchHost) => (path: string) => async (): Promise<ReturnType<typeof inSync>> =>
  existsSync(host.path(path)) ? inSync() : (drift({ kind: 'fields', changes: {} }, {}) as never)

test.each<[string, (host: ScratchHost) => Task, string]>([
  [
    'after the cure, before the look that would verify it',
    host =>
      task('t', {
        check: async probe => {
          const { code } = await probe.ask(read`test -e ${host.path('made')} && sleep 2`)
          if (code === 0) return inSync()
          setTimeout(() => lose(host), 500)
          return drift({ kind: 'fields', changes: {} }, [run`touch ${host.path('made')}`])
        },
      }),
    'unknown t',
  ],
  [
    'between two commands of an apply',
    host =>
      task('t', {
        check: drifting(host)('never'),
        apply: async on => {
          await on.run(run`touch ${host.path('made')}`)
          lose(host)
          await on.ask(read`true`).catch(() => undefined)
          await on.run(run`true`)
        },
      }),
    'unknown t',
  ],
  [
    'before the first command of an apply',
    host =>
      task('t', {
        check: drifting(host)('never'),
        apply: async on => {
          lose(host)
          await on.ask(read`true`)
          await on.run(run`true`)
        },
      }),
    'skipped t',
  ],
])('a host that is lost %s', async (_, make, told) => {
  using host = new ScratchHost()
  const session = await host.session()
  const { said, events } = await engineRun(
    'apply',
    new Map([[session, stages([make(host), fileTask('next', host.path('next'), 'x')])]]),
  )
  expect(said).toEqual([told, 'skipped next'])
  expect(events.filter(event => event.event === 'host')).toMatchObject([{ status: 'lost' }])
  await session.close()
})

test('a handler that was under way when its host was lost is of unknown end; the next has no turn', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const first = handler('first', async on => {
    setTimeout(() => lose(host), 100)
    await on.run(run`sleep 5`)
  })
  const second = handler('second', run`true`)
  const list = stages([fileTask('f', host.path('f'), 'x', { notify: [first, second] })])
  const { said } = await engineRun('apply', new Map([[session, list]]))
  expect(said).toEqual(['changed f', 'unknown handler first', 'skipped handler second'])
  await session.close()
})

test('a handler whose host was lost before its turn has none', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const late = handler('late', run`true`)
  const list = stages([
    task(
      't',
      {
        check: () => drift({ kind: 'fields', changes: {} }, {}, { always: true }),
        apply: async on => {
          await on.run(run`true`)
          lose(host)
          await on.ask(read`true`).catch(() => undefined)
        },
      },
      { notify: late },
    ),
  ])
  const { said, events } = await engineRun('apply', new Map([[session, list]]))
  expect(said).toEqual(['changed t', 'skipped handler late'])
  expect(events.filter(event => event.event === 'host')).toMatchObject([{ status: 'lost' }])
  await session.close()
})
