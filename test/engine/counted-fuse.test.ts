import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Resource, Task, TaskOptions } from '../../src/index.ts'
import { defineResource, drift, handler, inSync, read, run, task, z } from '../../src/index.ts'
import { directory } from '../../src/resources/directory.ts'
import { file } from '../../src/resources/file.ts'
import { line } from '../../src/resources/line.ts'
import { link } from '../../src/resources/link.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { made } from '../support/made.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const all = (resources: readonly Resource[], options?: TaskOptions): readonly Task[] =>
  resources.map(resource => task(resource.id.replace(/\/tmp\S*\/(?=[^/]+$)/, ''), resource, options))

const files = (host: ScratchHost, n: number, folder = '.') =>
  Array.from({ length: n }, (_, i) =>
    file({ path: host.path(`${folder}/f${i}`).replace('/./', '/'), content: `${i}\n` }),
  )

test('a hundred independent files of a fresh host cost a handful of frames', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const { said } = await engineRun('apply', new Map([[session, stages(all(files(host, 100)))]]))
  expect(new Set(said.map(one => one.split(' ')[0]))).toEqual(new Set(['changed']))
  expect(said).toHaveLength(100)
  expect(session.frames).toBeLessThanOrEqual(5)
  expect(readFileSync(host.path('f99'), 'utf8')).toBe('99\n')
  await session.close()
  const again = await host.session('again')
  const second = await engineRun('apply', new Map([[again, stages(all(files(host, 100)))]]))
  expect(new Set(second.said.map(one => one.split(' ')[0]))).toEqual(new Set(['ok']))
  expect(again.frames).toBe(2)
  await again.close()
})

test('what depends on what comes about in the order of the list', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const at = (path: string): string => host.path(path)
  const resources = [
    directory({ path: at('a') }),
    directory({ path: at('a/b'), mode: '0750' }),
    file({ path: at('a/b/c'), content: 'one\n' }),
    line({ path: at('a/b/c'), line: 'two' }),
    line({ path: at('a/b/c'), line: 'three' }),
    link({ path: at('l'), target: at('a') }),
    file({ path: at('l/d'), content: 'through the link\n' }),
    ...files(host, 5, 'a/b'),
  ]
  const { said } = await engineRun('apply', new Map([[session, stages(all(resources))]]))
  expect(said.filter(one => !one.startsWith('changed'))).toEqual([])
  expect(readFileSync(at('a/b/c'), 'utf8')).toBe('one\ntwo\nthree\n')
  expect(readFileSync(at('a/d'), 'utf8')).toBe('through the link\n')
  expect(statSync(at('a/b')).mode & 0o777).toBe(0o750)
  await session.close()
})

test('if one of a frame fails, what comes after it is not begun, and is told so', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const at = (path: string): string => host.path(path)
  const later = handler('later', run`touch ${at('handled')}`)
  const resources = [
    file({ path: at('one'), content: 'x' }),
    made({ path: at('two'), script: `touch ${at('two')}; exit 7` }),
    file({ path: at('three'), content: 'x' }),
    file({ path: at('four'), content: 'x' }),
  ]
  const tasks = all(resources, { notify: later })
  const { said, events } = await engineRun('apply', new Map([[session, stages(tasks)]]))
  expect(said).toEqual([
    'changed file one',
    'failed made two',
    'skipped file three',
    'skipped file four',
    'skipped handler later',
  ])
  expect(events.find(event => event.event === 'task' && event.status === 'failed')).toMatchObject({
    error: { name: 'StepFailed', message: expect.stringContaining('exited 7') },
  })
  expect(session.frames).toBe(3)
  expect([existsSync(at('three')), existsSync(at('four')), existsSync(at('handled'))]).toEqual([
    false,
    false,
    false,
  ])
  await session.close()
  // It is still noted, as one and two were changed.
  const next = await host.session('next')
  expect(next.hello.pending.size).toBe(1)
  await next.close()
})

test('what was run in a frame is told, also where the one before it turns out not to have converged', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const resources = [
    made({ path: host.path('never'), script: 'true' }),
    ...files(host, 2),
    command(host.path('barrier')),
  ]
  const { said } = await engineRun('apply', new Map([[session, stages(all(resources))]]))
  expect(said).toEqual(['failed made never', 'changed file f0', 'changed file f1', 'skipped barrier'])
  await session.close()
})

/** One that does not say what it touches. */
function command(path: string): Resource {
  const plain = defineResource({
    kind: 'plain',
    spec: z.object({}),
    id: () => 'barrier',
    read: async probe => (await probe.ask(read`test -e ${path}`)).code === 0,
    plan: (_, there) => (there ? inSync() : drift({ kind: 'fields', changes: {} }, [run`touch ${path}`])),
  })
  return plain({})
}

test('what does not say what it touches is cured alone, after all before it', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const counted = host.path('counted')
  const count = task('count', {
    check: async probe => {
      const { stdout } = await probe.ask(read`ls ${host.home}`)
      if (stdout.includes('counted')) return inSync()
      return drift({ kind: 'fields', changes: {} }, [run`ls ${host.home} | grep -c '^f' >${counted}`])
    },
  })
  const tasks = [...all(files(host, 3)), count, ...all(files(host, 6).slice(3))]
  const { said } = await engineRun('apply', new Map([[session, stages(tasks)]]))
  expect(said).toHaveLength(7)
  expect(readFileSync(counted, 'utf8')).toBe('3\n')
  await session.close()
})

test('asked to stop, a frame that is under way is told to its end', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const stop = new AbortController()
  const { said } = await engineRun('apply', new Map([[session, stages(all(files(host, 70)))]]), {
    stop: stop.signal,
    clock: () => {
      if (existsSync(host.path('f0'))) stop.abort()
      return 0
    },
  })
  const changed = said.filter(one => one.startsWith('changed'))
  expect(changed.length).toBeGreaterThanOrEqual(1)
  for (let i = 0; i < 70; i++) expect(existsSync(host.path(`f${i}`))).toBe(said[i]?.startsWith('changed'))
  await session.close()
})

test('a line that is cut in the midst of a frame: each has its own end, and nothing is run twice', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const log = host.path('log')
  const resources = Array.from({ length: 6 }, (_, i) =>
    made({
      path: host.path(`m${i}`),
      script: `echo ${i} >>${log}; ${i === 2 ? 'sleep 1; ' : ''}touch ${host.path(`m${i}`)}`,
    }),
  )
  const cut = setInterval(() => {
    if (!existsSync(log) || !readFileSync(log, 'utf8').includes('2')) return
    clearInterval(cut)
    host.cut()
  }, 20)
  const { said } = await engineRun('apply', new Map([[session, stages(all(resources))]]))
  clearInterval(cut)
  expect(said).toEqual(resources.map((_, i) => `changed made m${i}`))
  expect(readFileSync(log, 'utf8')).toBe('0\n1\n2\n3\n4\n5\n')
  expect(host.connected).toBe(2)
  await session.close()
})

test('a file that cannot be written fails by itself, and stops the rest', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const folder = host.path('closed')
  mkdirSync(folder)
  chmodSync(folder, 0o555)
  const resources = [
    ...files(host, 1),
    file({ path: `${folder}/x`, content: 'x' }),
    ...files(host, 2).slice(1),
  ]
  const { said } = await engineRun('apply', new Map([[session, stages(all(resources))]]))
  expect(said).toEqual(['changed file f0', 'failed file x', 'skipped file f1'])
  await session.close()
})
