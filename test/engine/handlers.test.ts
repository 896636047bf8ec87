import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drift, handler, inSync, read, run, task } from '../../src/index.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { fileTask } from '../support/file-task.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const broken = task('broken', { check: () => drift({ kind: 'fields', changes: {} }, [run`exit 9`]) })

test('a handler that an earlier run woke is run once, also if two plays have one name', async () => {
  using host = new ScratchHost()
  const mark = handler('mark', run`echo marked >>${host.path('log')}`)
  const f = fileTask('f', host.path('f'), 'x', { notify: mark })
  const first = await host.session('first')
  await engineRun('apply', new Map([[first, stages([f, broken])]]))
  await first.close()
  const second = await host.session('second')
  const twice = stages([f], [f]).map(stage => ({ ...stage, play: 'play' }))
  const { said } = await engineRun('apply', new Map([[second, twice]]))
  expect(said).toEqual(['ok f', 'changed handler mark', 'ok f'])
  expect(readFileSync(host.path('log'), 'utf8')).toBe('marked\n')
  await second.close()
})

test('in a dry run that ends early, what would have been woken has no turn', async () => {
  using host = new ScratchHost()
  const session = await host.session('look', null)
  const stop = new AbortController()
  const mark = handler('mark', run`true`)
  const list = stages([
    fileTask('f', host.path('f'), 'x', { notify: mark }),
    task('stop', {
      check: async probe => {
        await probe.ask(read`true`)
        stop.abort()
        return inSync()
      },
    }),
    fileTask('g', host.path('g'), 'x'),
  ])
  const { said, events } = await engineRun('check', new Map([[session, list]]), { stop: stop.signal })
  expect(said).toEqual(['would-change f', 'skipped stop', 'skipped g', 'skipped handler mark'])
  expect(events.find(event => event.event === 'handler')).toMatchObject({
    error: { message: 'the run was interrupted' },
  })
  await session.close()
})

test('with -v, what handlers print is told, unless it is secret', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const all = [
    handler('data', run`echo by data`),
    handler('hand', async on => {
      await on.run(run`echo by hand`)
      await on.run(run({ secret: true })`echo hidden`)
    }),
    handler('secret', run({ secret: true })`echo hidden`),
  ]
  const list = stages([fileTask('f', host.path('f'), 'x', { notify: all })])
  const { events } = await engineRun('apply', new Map([[session, list]]), { verbose: true })
  const output = events.flatMap(event => (event.event === 'output' ? `${event.task}: ${event.text}` : []))
  expect(output).toEqual(['data: by data\n', 'hand: by hand\n'])
  await session.close()
})
