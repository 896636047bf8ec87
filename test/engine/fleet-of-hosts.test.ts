import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { drift, inSync, read, run, task } from '../../src/index.ts'
import type { Session } from '../../src/session/session.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { fileTask } from '../support/file-task.ts'
import { ScratchHost } from '../support/scratch-host.ts'

/** Scratch hosts with sessions of different names. */
async function fleet(
  n: number,
): Promise<{ hosts: ScratchHost[]; sessions: Session[]; [Symbol.asyncDispose](): Promise<void> }> {
  const hosts = Array.from({ length: n }, (_, i) => new ScratchHost('/bin/sh', `h${i + 1}`))
  const sessions = await Promise.all(hosts.map(host => host.session()))
  return {
    hosts,
    sessions,
    async [Symbol.asyncDispose]() {
      await Promise.all(sessions.map(session => session.close()))
      for (const host of hosts) host[Symbol.dispose]()
    },
  }
}

const breaking = task('break', { check: () => drift({ kind: 'fields', changes: {} }, [run`exit 1`]) })
const statuses = (events: readonly Event[], host: string): readonly string[] =>
  events.flatMap(event =>
    event.event === 'task' && event.host === host ? `${event.play}: ${event.status}` : [],
  )

test('a task may ask and change another host that it names, and nobody else', async () => {
  await using all = await fleet(3)
  const { hosts, sessions } = all
  const [node, bastion] = sessions as [Session, Session, Session]
  const [list, mark] = [(hosts[1] as ScratchHost).path('members'), (hosts[0] as ScratchHost).path('joined')]
  const join = task('join', {
    on: ['h2'],
    check: async probe => {
      const [members, joined] = await Promise.all([
        probe.on('h2').ask(read`cat ${list}`),
        probe.ask(read`test -e ${mark}`),
      ])
      return members.stdout.includes('h1') && joined.code === 0
        ? inSync()
        : drift({ kind: 'fields', changes: {} })
    },
    apply: async host => {
      const token = await host.on('h2').run(run`echo h1 >>${list}; echo token`)
      await host.upload({ path: mark, content: token.stdout, mode: '0600' })
    },
  })
  const first = await engineRun(
    'apply',
    new Map([
      [node, stages([join])],
      [bastion, stages([])],
    ]),
  )
  expect(first.said).toEqual(['changed join'])
  expect(readFileSync(mark, 'utf8')).toBe('token\n')
  const second = await engineRun(
    'apply',
    new Map([
      [node, stages([join])],
      [bastion, stages([])],
    ]),
  )
  expect(second.said).toEqual(['ok join'])

  const rude = task('rude', {
    on: ['h2'],
    check: async probe => {
      await probe.on('h3' as 'h2').ask(read`true`)
      return inSync()
    },
    apply: async () => undefined,
  })
  await expect(
    engineRun('apply', new Map(sessions.map(session => [session, stages(session === node ? [rude] : [])]))),
  ).rejects.toMatchObject({
    name: 'PlaybookError',
    message: 'the task "rude" acts on h3 without naming it',
    hint: "Add on: ['h3'] beside its check.",
  })
})

test('what was looked at on another host is forgotten when anybody writes there', async () => {
  await using all = await fleet(2)
  const { hosts, sessions } = all
  const [one, two] = sessions as [Session, Session]
  const shared = (hosts[1] as ScratchHost).path('shared')
  const slow = task('slow', {
    check: () => drift({ kind: 'fields', changes: {} }, [run`sleep 0.5`], { always: true }),
  })
  const depends = task('depends', {
    on: ['h2'],
    check: async probe =>
      (await probe.on('h2').ask(read`test -e ${shared}`)).code === 0
        ? inSync()
        : drift({ kind: 'fields', changes: {} }),
    apply: async () => {
      throw new Error('it looked too early')
    },
  })
  const { events } = await engineRun(
    'apply',
    new Map([
      [one, stages([slow, depends])],
      [two, stages([fileTask('shared', shared, 'x')])],
    ]),
  )
  expect(statuses(events, 'h1')).toEqual(['play: changed', 'play: ok'])
})

test('a host that failed is out of the rest of the run; the others go on', async () => {
  await using all = await fleet(2)
  const [one, two] = all.sessions as [Session, Session]
  const file = fileTask('f', (all.hosts[1] as ScratchHost).path('f'), 'x')
  const { events } = await engineRun(
    'apply',
    new Map([
      [one, stages([breaking], [file])],
      [two, stages([file], [file])],
    ]),
  )
  expect(statuses(events, 'h1')).toEqual(['play: failed', 'play 2: skipped'])
  expect(statuses(events, 'h2')).toEqual(['play: changed', 'play 2: ok'])
})

test('a host lost in the middle is told once, and its tasks that had no turn are skipped', {
  timeout: 60_000,
}, async () => {
  await using all = await fleet(2)
  const { hosts, sessions } = all
  const [one, two] = sessions as [Session, Session]
  const host = hosts[0] as ScratchHost
  const lose = task('lose', {
    check: () => drift({ kind: 'fields', changes: {} }, { word: '' }),
    apply: async on => {
      host.reachable = false
      setTimeout(() => host.cut(), 100)
      await on.run(run`sleep 3`)
    },
  })
  const rest = fileTask('rest', host.path('rest'), 'x')
  const { events } = await engineRun(
    'apply',
    new Map([
      [one, stages([lose, rest])],
      [two, stages([fileTask('f', (hosts[1] as ScratchHost).path('f'), 'x')])],
    ]),
  )
  expect(statuses(events, 'h1')).toEqual(['play: unknown', 'play: skipped'])
  expect(statuses(events, 'h2')).toEqual(['play: changed'])
  expect(events.filter(event => event.event === 'host')).toMatchObject([{ host: 'h1', status: 'lost' }])
})

test('serial takes hosts in batches; a batch that fails whole ends the play', async () => {
  await using all = await fleet(4)
  const log = `${(all.hosts[0] as ScratchHost).home}/../order-${process.pid}`
  writeFileSync(log, '')
  const note = (host: string) =>
    task('note', {
      check: () => {
        appendFileSync(log, host)
        return inSync()
      },
    })
  const names = all.sessions.map(session => session.host)
  const { events } = await engineRun(
    'apply',
    new Map(
      all.sessions.map(session => [
        session,
        stages([session.host === 'h1' || session.host === 'h2' ? breaking : note(session.host)]),
      ]),
    ),
    { serial: 2 },
  )
  expect(names.map(name => statuses(events, name))).toEqual([
    ['play: failed'],
    ['play: failed'],
    ['play: skipped'],
    ['play: skipped'],
  ])
})

test('asked to stop, a host finishes what is under way and begins nothing new', async () => {
  await using all = await fleet(1)
  const [session] = all.sessions as [Session]
  const host = all.hosts[0] as ScratchHost
  const stop = new AbortController()
  const ends = task('ends', {
    check: async probe =>
      (await probe.ask(read`test -e ${host.path('ended')}`)).code === 0
        ? inSync()
        : drift({ kind: 'fields', changes: {} }, { word: '' }),
    apply: async on => {
      stop.abort()
      await on.run(run`sleep 0.2; touch ${host.path('ended')}`)
    },
  })
  const { said } = await engineRun(
    'apply',
    new Map([[session, stages([ends, fileTask('next', host.path('next'), 'x')])]]),
    { stop: stop.signal },
  )
  expect(said).toEqual(['changed ends', 'skipped next'])
  expect(existsSync(host.path('next'))).toBe(false)
})
