import { describe, expect, test } from 'vitest'
import { inventory } from '../../src/model/inventory.ts'
import type { PlayNode } from '../../src/model/play.ts'
import { play, playbook } from '../../src/model/play.ts'
import type { RoleUseNode } from '../../src/model/role.ts'
import { role } from '../../src/model/role.ts'
import { z } from '../../src/model/schema.ts'
import { flushHandlers } from '../../src/model/task.ts'

const web = role({
  name: 'web',
  dir: '/srv/roles/web',
  vars: z.object({ port: z.number().default(80) }),
  tasks: () => [],
})

describe('a role', () => {
  test('standing bare tells its name and its variables', () => {
    expect([web.role, Object.keys(web.vars.shape)]).toEqual(['web', ['port']])
  })

  test('without variables has an empty schema', () => {
    expect(role({ name: 'a', dir: '/', tasks: () => [] }).vars.shape).toEqual({})
  })

  test('called is a use, with what it was given as it was given', () => {
    const use = web({ port: 8080 }, { tags: ['http'], become: true }) as RoleUseNode
    expect(use).toMatchObject({
      type: 'role',
      name: 'web',
      given: { port: 8080 },
      options: { tags: ['http'], become: true },
    })
    expect(use.definition.dir).toBe('/srv/roles/web')
    expect(web()).toMatchObject({ given: {}, options: {} })
  })
})

describe('a play', () => {
  test('is its name, its options and its list', () => {
    const node = play('web', { hosts: 'dgx', become: true, serial: [1, '25%'], tags: ['x'] }, [
      web,
      null,
    ]) as PlayNode
    expect(node).toMatchObject({
      type: 'play',
      name: 'web',
      hosts: 'dgx',
      become: true,
      serial: [1, '25%'],
      tags: ['x'],
    })
    expect(node.items({} as never)).toEqual([web, null])
  })

  test('may have another list for each host', () => {
    const node = play('web', { hosts: 'all' }, host => [host.name === 'a' && flushHandlers()]) as PlayNode
    expect([node.items({ name: 'a' } as never), node.items({ name: 'b' } as never)]).toEqual([
      [{ type: 'flush' }],
      [false],
    ])
  })

  test('plays in their order are a playbook', () => {
    const [a, b] = [play('a', { hosts: 'all' }, []), play('b', { hosts: 'all' }, [])]
    expect(playbook(a, b)).toEqual({ type: 'playbook', plays: [a, b] })
  })
})

describe('an inventory', () => {
  const shape = { all: { hosts: { a: null } } }
  test.each([
    ['given', shape],
    ['made', () => shape],
    ['awaited', async () => shape],
  ])('%s is a function that gives it', async (_, given) => {
    expect(await inventory(given)()).toBe(shape)
  })
})
