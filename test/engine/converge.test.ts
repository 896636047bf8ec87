import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drift, flushHandlers, handler, inSync, read, run, task } from '../../src/index.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { fileTask } from '../support/file-task.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const files = (host: ScratchHost, n: number, line = 'x') =>
  Array.from({ length: n }, (_, i) => fileTask(`f${i}`, host.path(`f${i}`), line))

test.each([50, 500, 5000])('%i converged tasks cost one frame for facts and one for all looks', async n => {
  using host = new ScratchHost()
  for (let i = 0; i < n; i++) writeFileSync(host.path(`f${i}`), 'x\n')
  const session = await host.session()
  const half = files(host, n)
  const { said } = await engineRun(
    'apply',
    new Map([[session, stages(half.slice(0, n / 2), half.slice(n / 2))]]),
  )
  expect(new Set(said.map(line => line.split(' ')[0]))).toEqual(new Set(['ok']))
  expect(said).toHaveLength(n)
  expect(session.frames).toBe(2)
  await session.close()
})

test('a fresh host is brought to its tasks, and a second run changes nothing', async () => {
  using host = new ScratchHost()
  const first = await host.session()
  const one = await engineRun('apply', new Map([[first, stages(files(host, 30))]]))
  expect(new Set(one.said.map(line => line.split(' ')[0]))).toEqual(new Set(['changed']))
  expect(readFileSync(host.path('f29'), 'utf8')).toBe('x\n')
  // The facts, the first looks, then one frame for each cure with its verification and the next looks.
  expect(first.frames).toBeLessThanOrEqual(2 + 30 + 8)
  await first.close()
  const second = await host.session()
  const two = await engineRun('apply', new Map([[second, stages(files(host, 30))]]))
  expect(new Set(two.said.map(line => line.split(' ')[0]))).toEqual(new Set(['ok']))
  expect(second.frames).toBe(2)
  await second.close()
})

test('one drift among many costs one frame more than none, and one to look at what is past it', async () => {
  using host = new ScratchHost()
  for (let i = 0; i < 100; i++) writeFileSync(host.path(`f${i}`), i === 50 ? 'drifted\n' : 'x\n')
  const session = await host.session()
  const { said } = await engineRun('apply', new Map([[session, stages(files(host, 100))]]))
  expect(said.filter(line => line.startsWith('changed'))).toEqual(['changed f50'])
  expect(session.frames).toBeLessThanOrEqual(2 + 5)
  await session.close()
})

test('a later task sees what an earlier one wrote', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const [source, copy] = [host.path('source'), host.path('copy')]
  const copied = task('copy', {
    check: async probe => {
      const [a, b] = await Promise.all([probe.ask(read`cat ${source}`), probe.ask(read`cat ${copy}`)])
      if (a.code !== 0) throw new Error('there is no source yet')
      return a.stdout === b.stdout
        ? inSync()
        : drift({ kind: 'text', path: copy, before: null, after: a.stdout }, [run`cp ${source} ${copy}`])
    },
  })
  const list = stages([fileTask('source', source, 'hello'), copied])
  const dry = await engineRun('check', new Map([[session, list]]))
  expect(dry.said).toEqual(['would-change source', 'unknown copy'])
  expect(dry.events.find(event => event.event === 'task' && event.task === 'copy')).toMatchObject({
    after: 'source',
  })
  expect(existsSync(source)).toBe(false)
  const wet = await engineRun('apply', new Map([[session, list]]))
  expect(wet.said).toEqual(['changed source', 'changed copy'])
  expect(readFileSync(copy, 'utf8')).toBe('hello\n')
  await session.close()
})

test('a cure that does not take is a failure, and what comes after it has no turn', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const liar = task('liar', {
    check: () => drift({ kind: 'fields', changes: { a: ['1', '2'] } }, [run`true`]),
  })
  const { said, events } = await engineRun(
    'apply',
    new Map([[session, stages([liar, ...files(host, 2)], files(host, 1))]]),
  )
  expect(said).toEqual(['failed liar', 'skipped f0', 'skipped f1', 'skipped f0'])
  expect(events.find(event => event.event === 'task')).toMatchObject({
    error: { name: 'NotConverged', message: 'still drifts after its steps succeeded' },
  })
  await session.close()
})

test('`always` runs every time and is not looked at again', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const log = host.path('log')
  const tick = task('tick', {
    check: () =>
      drift({ kind: 'fields', changes: { tick: ['', 'runs'] } }, [run`echo tick >>${log}`], { always: true }),
  })
  const list = stages([tick])
  expect((await engineRun('check', new Map([[session, list]]))).said).toEqual(['would-change tick'])
  for (let i = 0; i < 2; i++)
    expect((await engineRun('apply', new Map([[session, list]]))).said).toEqual(['changed tick'])
  expect(readFileSync(log, 'utf8')).toBe('tick\ntick\n')
  await session.close()
})

test('a hand-written task cures by hand and is looked at again', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const path = host.path('by-hand')
  const byHand = task('by hand', {
    check: async probe =>
      (await probe.ask(read`test -e ${path}`)).code === 0
        ? inSync()
        : drift({ kind: 'fields', changes: {} }, { word: 'w' }),
    apply: async (on, { cure }) => {
      const reply = await on.run(run`echo ${cure.word}`)
      await on.upload({ path, content: reply.stdout, mode: '0600' })
    },
  })
  expect((await engineRun('apply', new Map([[session, stages([byHand])]]))).said).toEqual(['changed by hand'])
  expect(readFileSync(path, 'utf8')).toBe('w\n')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  await session.close()
})

test('a drift without steps and without an apply is a mistake that says so', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const bare = task('bare', { check: () => drift({ kind: 'fields', changes: {} }) as never })
  const first = fileTask('first', host.path('first'), 'x')
  await expect(engineRun('apply', new Map([[session, stages([first, bare])]]))).rejects.toMatchObject({
    name: 'PlaybookError',
    message: 'the drift of "bare" carries no steps',
    at: { file: 'test/engine/converge.test.ts' },
  })
  expect(existsSync(host.path('first'))).toBe(false)
  await session.close()
})

test('handlers run once, in the order the list names them, at a flush or at the end', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const log = host.path('log')
  const [a, b] = ['a', 'b'].map(name => handler(name, run`echo ${name} >>${log}`)) as [
    ReturnType<typeof handler>,
    ReturnType<typeof handler>,
  ]
  const list = stages([
    fileTask('quiet', host.path('quiet'), 'x', { notify: [a] }),
    fileTask('one', host.path('one'), 'x', { notify: [b] }),
    fileTask('two', host.path('two'), 'x', { notify: [b, a] }),
    flushHandlers(),
    fileTask('three', host.path('three'), 'x', { notify: b }),
  ])
  writeFileSync(host.path('quiet'), 'x\n')
  const { said } = await engineRun('apply', new Map([[session, list]]))
  expect(said).toEqual([
    'ok quiet',
    'changed one',
    'changed two',
    'changed handler a',
    'changed handler b',
    'changed three',
    'changed handler b',
  ])
  expect(readFileSync(log, 'utf8')).toBe('a\nb\nb\n')
  await session.close()
})

test('a handler whose run failed before its turn is run by the next, though nothing changes then', async () => {
  using host = new ScratchHost()
  const log = host.path('log')
  const mark = handler('mark', run`echo marked >>${log}`)
  const broken = task('broken', { check: () => drift({ kind: 'fields', changes: {} }, [run`exit 9`]) })
  const first = await host.session('first')
  const one = await engineRun(
    'apply',
    new Map([[first, stages([fileTask('f', host.path('f'), 'x', { notify: mark }), broken])]]),
  )
  expect(one.said).toEqual(['changed f', 'failed broken', 'skipped handler mark'])
  await first.close()
  const second = await host.session('second')
  const two = await engineRun(
    'apply',
    new Map([[second, stages([fileTask('f', host.path('f'), 'x', { notify: mark })])]]),
  )
  expect(two.said).toEqual(['ok f', 'changed handler mark'])
  expect(readFileSync(log, 'utf8')).toBe('marked\n')
  await second.close()
  const third = await host.session('third')
  expect(third.hello.pending.size).toBe(0)
  await third.close()
})
