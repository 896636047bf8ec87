import { chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Resource, Task } from '../../src/index.ts'
import { read, run, Secret, task } from '../../src/index.ts'
import { command, directory, file, group, line, packages, user } from '../../src/resources/index.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const many = (n: number, make: (i: number) => Resource): readonly Resource[] =>
  Array.from({ length: n }, (_, i) => make(i))

/** Fifty tasks of the kinds that a fleet's playbooks are made of. */
function fifty(host: ScratchHost): readonly Task[] {
  const at = (path: string) => host.path(path)
  const all = [
    ...many(10, i => directory({ path: at(`folder ${i}/in`), mode: '0750' })),
    ...many(16, i =>
      file({ path: at(`folder ${i % 10}/in/it's ${i}`), content: `file ${i}\n`, mode: '0640' }),
    ),
    file({ path: at('validated'), content: 'good\n', validate: 'grep -q good %s' }),
    file({ path: at('secret'), content: new Secret('poison') }),
    file({ path: at('copied'), source: at('source'), mode: '0600' }),
    file({ path: at('touched'), state: 'touch' }),
    ...many(10, i => line({ path: at(`lines ${i % 3}`), line: `line ${i}`, create: true })),
    ...many(4, i => user({ name: `rampart-t-none${i}`, state: 'absent' })),
    group({ name: 'rampart-t-none', state: 'absent' }),
    ...[['bash'], ['dpkg', 'coreutils'], ['awk']].map(names => packages({ names })),
    command({ run: run`mkdir ${at('made')}`, creates: at('made') }),
    command({ run: ['touch', at('made/too')], unless: read`test -e ${at('made/too')}` }),
  ]
  return all.map(resource => task(resource.id, resource))
}

test.each(['/bin/dash', '/bin/bash'])(
  'fifty tasks come about over %s, and cost two frames from then on',
  async sh => {
    using host = new ScratchHost(sh)
    writeFileSync(host.path('source'), Buffer.alloc(500_000, 'x'))
    const tasks = fifty(host)
    expect(tasks).toHaveLength(50)
    const first = await host.session('first')
    const { said, events } = await engineRun('apply', new Map([[first, stages(tasks)]]))
    expect(said.filter(one => one.startsWith('changed'))).toHaveLength(42)
    expect(said.filter(one => one.startsWith('ok'))).toHaveLength(8)
    expect(JSON.stringify(events)).not.toContain('poison')
    await first.close()

    const second = await host.session('second')
    const again = await engineRun('apply', new Map([[second, stages(fifty(host))]]))
    expect(new Set(again.said.map(one => one.split(' ')[0]))).toEqual(new Set(['ok']))
    expect(second.frames).toBe(2)
    await second.close()

    expect(readFileSync(host.path("folder 5/in/it's 15"), 'utf8')).toBe('file 15\n')
    expect(readFileSync(host.path('lines 1'), 'utf8')).toBe('line 1\nline 4\nline 7\n')
    expect([statSync(host.path('secret')).mode & 0o777, statSync(host.path('copied')).size]).toEqual([
      0o600, 500_000,
    ])
    expect(readdirSync(host.home).filter(name => name.includes('.rampart-'))).toEqual([])
  },
)

test('a dry run says what would come about, and writes nothing', async () => {
  using host = new ScratchHost()
  writeFileSync(host.path('source'), 'x')
  const session = await host.session('check', null)
  const { said } = await engineRun('check', new Map([[session, stages(fifty(host))]]))
  const count = (status: string) => said.filter(one => one.startsWith(`${status} `)).length
  // What needs a folder that would be made is not known; nothing fails.
  expect([count('would-change'), count('unknown'), count('ok'), count('failed')]).toEqual([26, 16, 8, 0])
  expect(readdirSync(host.home)).toEqual(['source'])
  await session.close()
})

test('a refused candidate is told with the words of what refused it, and the file stays', async () => {
  using host = new ScratchHost()
  writeFileSync(host.path('config'), 'old\n')
  // Its user replaces only what is its own.
  const { uid, gid } = statSync(host.home)
  chownSync(host.path('config'), uid, gid)
  const session = await host.session()
  const wanted = file({ path: host.path('config'), content: 'new\n', validate: 'ls /nowhere %s' })
  const { events } = await engineRun('apply', new Map([[session, stages([task('config', wanted)])]]))
  const told = events.find(event => event.event === 'task')
  expect(told).toMatchObject({ status: 'failed', error: { name: 'StepFailed' } })
  expect(String(told?.error)).toMatch(
    /\/nowhere.*No such file[\s\S]*was not written: its validation refused it/,
  )
  expect([readFileSync(host.path('config'), 'utf8'), readdirSync(host.home)]).toEqual([
    'old\n',
    ['.local', 'config'],
  ])
  await session.close()
})
