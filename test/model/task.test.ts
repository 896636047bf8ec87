import { describe, expect, test, vi } from 'vitest'
import { run } from '../../src/model/command.ts'
import type { ConnectedHost } from '../../src/model/host.ts'
import { drift, inSync, isUpload } from '../../src/model/plan.ts'
import type { Probe } from '../../src/model/probe.ts'
import { defineResource } from '../../src/model/resource.ts'
import { z } from '../../src/model/schema.ts'
import type { HandlerNode, TaskNode } from '../../src/model/task.ts'
import { flushHandlers, handler, isResource, task } from '../../src/model/task.ts'

const diff = { kind: 'fields', changes: { version: ['1', '2'] } } as const
const restart = handler('restart web', run`systemctl restart web`)
/** Handed through, never asked. */
const probe = {} as Probe<string>
const host = {} as ConnectedHost<string>

const nothing = defineResource({
  kind: 'nothing',
  spec: z.object({ name: z.string() }),
  id: ({ name }) => `nothing ${name}`,
  read: async () => undefined,
  plan: () => inSync(),
})

describe('a task', () => {
  test('without options has none', () => {
    expect(task('look', { check: () => inSync() })).toMatchObject({
      type: 'task',
      name: 'look',
      on: [],
      apply: undefined,
      resource: undefined,
      notify: [],
      guard: undefined,
      tags: [],
      become: undefined,
    })
  })

  test('keeps its options', () => {
    const reload = handler('reload', run`a`)
    const guard = { touches: ['unit:ssh'], within: 60 } as const
    expect(
      task('x', { check: () => inSync() }, { notify: [restart, reload], guard, tags: ['a'], become: 'web' }),
    ).toMatchObject({ notify: [restart, reload], guard, tags: ['a'], become: 'web' })
    expect(
      task('x', { check: () => inSync() }, { notify: restart, guard: { undo: [run`a`] }, become: false }),
    ).toMatchObject({
      notify: [restart],
      guard: { touches: [] },
      become: false,
    })
  })

  test('of a resource checks what the resource checks', async () => {
    const resource = nothing({ name: 'a' })
    const node = task('nothing at all', resource) as TaskNode
    expect([node.name, node.resource, node.apply]).toEqual(['nothing at all', resource, undefined])
    expect(await node.check(probe)).toEqual(inSync())
  })

  test('by hand is called with itself as `this`, the probe, the host and the drift', async () => {
    const what = {
      on: ['bastion'] as const,
      token: 'x',
      check: vi.fn(function (this: { token: string }, _: Probe<'bastion'>) {
        return drift(diff, { token: this.token })
      }),
      apply: vi.fn(
        async (_: ConnectedHost<'bastion'>, __: { readonly cure: { token: string } }) => undefined,
      ),
    }
    const node = task('join', what) as TaskNode
    const plan = await node.check(probe)
    expect([node.on, plan]).toEqual([['bastion'], drift(diff, { token: 'x' })])
    if (plan.status === 'drift') await node.apply?.(host, plan)
    expect(what.check).toHaveBeenCalledWith(probe)
    expect(what.apply).toHaveBeenCalledWith(host, plan)
    expect(what.apply.mock.contexts).toEqual([what])
  })
})

describe('a handler', () => {
  test('is steps as data', () => {
    const step = { path: '/x', content: 'y', mode: '0644' } as const
    expect(handler('h', run`a`, step)).toEqual({ type: 'handler', name: 'h', cure: [run`a`, step] })
  })

  test('or a function', () => {
    const cure = async (): Promise<void> => undefined
    expect((handler('h', cure) as HandlerNode).cure).toBe(cure)
  })

  test('may be run before the end', () => {
    expect(flushHandlers()).toEqual({ type: 'flush' })
  })
})

describe('a verdict', () => {
  test('is in sync, or a drift with its cure', () => {
    expect(inSync()).toEqual({ status: 'in-sync' })
    expect(drift(diff)).toEqual({ status: 'drift', diff, cure: undefined, always: false })
    expect(drift(diff, [run`a`])).toEqual({ status: 'drift', diff, cure: [run`a`], always: false })
    expect(drift(diff, [run`a`], { always: true }).always).toBe(true)
  })

  test('a step is a file or a command', () => {
    expect([isUpload({ path: '/x', content: '', mode: '0644' }), isUpload(run({ stdin: 'x' })`cat`)]).toEqual(
      [true, false],
    )
  })
})

test.each([
  [nothing({ name: 'a' }), true],
  [{ check: () => inSync() }, false],
  [restart, false],
])('%o is a resource: %s', (value, answer) => {
  expect(isResource(value)).toBe(answer)
})
