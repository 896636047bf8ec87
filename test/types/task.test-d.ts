import type { Drift, Host, InSync, Item, Plan, Probe, Resource, Steps, Task } from 'rampart'
import { drift, flushHandlers, handler, inSync, play, playbook, read, run, task } from 'rampart'
import { describe, expectTypeOf, test } from 'vitest'

declare const probe: Probe
declare const plan: Plan
declare const resource: Resource
const diff = { kind: 'fields', changes: { version: ['1', '2'] } } as const
const restart = handler('restart web', run`systemctl restart web`)

describe('a verdict', () => {
  test('has a cure only where something drifts', () => {
    // @ts-expect-error in sync there is nothing to cure
    plan.cure
    if (plan.status === 'drift') expectTypeOf(plan.cure).toEqualTypeOf<Steps>()
    else expectTypeOf(plan).toEqualTypeOf<InSync>()
  })

  test('of data steps has at least one', () => {
    expectTypeOf(drift(diff, [run`a`])).toEqualTypeOf<Drift>()
    // @ts-expect-error a drift that nothing cures
    const none: Drift = drift(diff, [])
    // @ts-expect-error nor one without steps
    const missing: Drift = drift(diff)
    return [none, missing]
  })

  test('says what differs', () => {
    // @ts-expect-error
    drift()
    // @ts-expect-error
    drift({ kind: 'fields' }, [run`a`])
    // @ts-expect-error
    drift({ kind: 'test', path: '/x', before: null, after: '' }, [run`a`])
  })
})

describe('a task', () => {
  test('by data is a resource, or a check whose drift carries its steps', () => {
    expectTypeOf(task('x', resource)).toEqualTypeOf<Task>()
    task('x', { check: () => drift(diff, [run`a`]) })
    // @ts-expect-error no steps, and no apply that would do without
    task('x', { check: () => drift(diff) })
    // @ts-expect-error no check: it would run every time
    task('x', { apply: async () => undefined })
    // @ts-expect-error a command is not a task
    task('x', run`a`)
  })

  test('by hand cures what its check found', () => {
    task('x', {
      check: async (at: Probe) =>
        (await at.ask(read`id`)).code === 0 ? inSync() : drift(diff, { port: 22 }),
      apply: async (host, { cure }) => {
        expectTypeOf(cure).toEqualTypeOf<{ port: number }>()
        await host.run(run`echo ${cure.port}`)
      },
    })
    task('x', {
      check: () => drift(diff),
      // @ts-expect-error the drift holds nothing
      apply: async (_, found) => void found.cure.port,
    })
  })

  test('reaches the hosts that it names, and no others', () => {
    task('x', {
      on: ['bastion'],
      check: async at => ((await at.on('bastion').ask(read`true`)).code === 0 ? inSync() : drift(diff)),
      apply: async host => void (await host.on('bastion').run(run`true`)),
    })
    task('x', {
      on: ['bastion'],
      // @ts-expect-error it is not among them
      check: async at => ((await at.on('bastoin').ask(read`true`)).code === 0 ? inSync() : drift(diff)),
      apply: async () => undefined,
    })
    task('x', {
      on: ['bastion'],
      check: () => drift(diff),
      // @ts-expect-error it is not among them
      apply: async host => void (await host.on('dgx01').run(run`true`)),
    })
    // @ts-expect-error this one names none
    probe.on('bastion')
  })

  test('has the options that there are', () => {
    task('x', resource, {
      notify: [restart],
      guard: { touches: ['unit:ssh'], within: 60 },
      become: 'web',
      tags: ['a'],
    })
    // @ts-expect-error
    task('x', resource, { notfiy: restart })
    // @ts-expect-error tags are a list
    task('x', resource, { tags: 'a' })
    // @ts-expect-error a touch has a kind
    task('x', resource, { guard: { touches: ['ssh'] } })
    // @ts-expect-error a file's touch is its whole path
    task('x', resource, { guard: { touches: ['file:etc/x'] } })
    // @ts-expect-error there is no guard to switch off
    task('x', resource, { guard: false })
  })
})

describe('a handler', () => {
  test('is no task: a restart in a list would run every time', () => {
    expectTypeOf(restart).not.toExtend<Item>()
    // @ts-expect-error
    play('x', { hosts: 'all' }, [restart])
  })

  test('does something', () => {
    // @ts-expect-error
    handler('nothing')
  })

  test('is what a task wakes', () => {
    // @ts-expect-error a task is woken by its drift alone
    task('x', resource, { notify: task('y', resource) })
    // @ts-expect-error a name is not a handler
    task('x', resource, { notify: 'restart web' })
  })
})

describe('a play', () => {
  test('has hosts and a list, for all or for each', () => {
    playbook(
      play('x', { hosts: 'all' }, [resource, task('y', resource), flushHandlers(), null, false, [resource]]),
    )
    play('x', { hosts: 'all' }, (host: Host) => [host.facts.os.family === 'debian' && resource])
    // @ts-expect-error whom?
    play('x', {}, [])
    // @ts-expect-error
    play('x', { host: 'all' }, [])
    // @ts-expect-error
    play('x', { hosts: 'all', serial: '25' }, [])
    // @ts-expect-error what is true is no task
    play('x', { hosts: 'all' }, [true])
    // @ts-expect-error a list cannot be waited for: it is known before the first look
    play('x', { hosts: 'all' }, async () => [])
  })

  test('is what a playbook consists of', () => {
    // @ts-expect-error
    playbook([play('x', { hosts: 'all' }, [])])
    // @ts-expect-error
    playbook(task('x', resource))
  })
})
