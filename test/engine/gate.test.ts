import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Passage } from '../../src/engine/gate.ts'
import { Gate } from '../../src/engine/gate.ts'

/** Changes that end when the test says so. */
class Changes {
  readonly gate: Gate
  readonly inside = new Map<string, (passage: Passage) => void>()
  readonly began: string[] = []
  /** Hosts that were inside together, each pair once. */
  readonly met = new Set<string>()

  constructor(route: (host: string) => readonly string[] = () => []) {
    this.gate = new Gate(route)
  }

  pass(host: string, task = 'task'): Promise<string | undefined> {
    return this.gate.pass(task, host, async () => {
      for (const other of this.inside.keys()) this.met.add([host, other].sort().join(' '))
      this.began.push(host)
      const passage = await new Promise<Passage>(resolve => this.inside.set(host, resolve))
      this.inside.delete(host)
      return { value: host, passage }
    })
  }

  async end(host: string, passage: Passage): Promise<void> {
    this.inside.get(host)?.(passage)
    await turn()
  }
}

const FLEET = ['a', 'b', 'c', 'd']

test('one host goes first; when it has proven the change the others follow', async () => {
  const changes = new Changes()
  const all = FLEET.map(host => changes.pass(host))
  await turn()
  expect([...changes.inside.keys()]).toEqual(['a'])
  await changes.end('a', 'proven')
  expect([...changes.inside.keys()]).toEqual(['b', 'c', 'd'])
  for (const host of ['b', 'c', 'd']) await changes.end(host, 'proven')
  expect(await Promise.all(all)).toEqual(FLEET)
  expect(changes.gate.undoneOn).toBeUndefined()
})

test('a first host that proved nothing is followed by another first one', async () => {
  const changes = new Changes()
  const all = FLEET.map(host => changes.pass(host))
  await turn()
  await changes.end('a', 'none')
  expect(changes.inside.size).toBe(1)
  const [second = ''] = changes.inside.keys()
  await changes.end(second, 'proven')
  expect(changes.inside.size).toBe(2)
  for (const host of [...changes.inside.keys()]) await changes.end(host, 'proven')
  expect(await Promise.all(all)).toEqual(FLEET)
})

test('a first host whose change throws proved nothing', async () => {
  const gate = new Gate(() => [])
  const broken = gate.pass('task', 'a', async () => {
    throw new Error('a defect')
  })
  await expect(broken).rejects.toThrow('a defect')
  expect(await gate.pass('task', 'b', async () => ({ value: 1, passage: 'proven' }))).toBe(1)
})

test('after one was undone none begins any more, of this task or another; those under way end', async () => {
  const changes = new Changes()
  const first = changes.pass('a')
  await turn()
  await changes.end('a', 'proven')
  const [b, c] = [changes.pass('b'), changes.pass('c')]
  await turn()
  expect([...changes.inside.keys()]).toEqual(['b', 'c'])
  await changes.end('b', 'undone')
  const [late, other] = [changes.pass('d'), changes.pass('d', 'another task')]
  await changes.end('c', 'proven')
  expect(await Promise.all([first, b, c, late, other])).toEqual(['a', 'b', 'c', undefined, undefined])
  expect(changes.gate.undoneOn).toBe('b')
})

test('the canary is undone: none of those that wait begins', async () => {
  const changes = new Changes()
  const all = FLEET.map(host => changes.pass(host))
  await turn()
  await changes.end('a', 'undone')
  expect(await Promise.all(all)).toEqual(['a', undefined, undefined, undefined])
  expect(changes.began).toEqual(['a'])
})

test('eight at a time follow', async () => {
  const changes = new Changes()
  const hosts = Array.from({ length: 12 }, (_, i) => `n${i}`)
  const all = hosts.map(host => changes.pass(host))
  await turn()
  await changes.end('n0', 'proven')
  expect(changes.inside.size).toBe(8)
  await changes.end('n1', 'proven')
  expect(changes.inside.size).toBe(8)
  while (changes.inside.size > 0) await changes.end([...changes.inside.keys()][0] as string, 'proven')
  expect(await Promise.all(all)).toEqual(hosts)
})

describe('hosts and those through which they are reached', () => {
  const behind = (host: string) => (host === 'bastion' ? [] : ['bastion'])

  test('a bastion waits for its nodes, and they for it', async () => {
    const changes = new Changes(behind)
    const all = ['a', 'bastion', 'b'].map(host => changes.pass(host))
    await turn()
    await changes.end('a', 'proven')
    const [next = ''] = changes.inside.keys()
    expect(changes.inside.size).toBe(1)
    await changes.end(next, 'proven')
    expect(changes.inside.size).toBe(1)
    for (const host of [...changes.inside.keys()]) await changes.end(host, 'proven')
    expect(await Promise.all(all)).toEqual(['a', 'bastion', 'b'])
    expect(changes.met.size).toBe(0)
  })

  test('two tasks at once do not meet on them either', async () => {
    const changes = new Changes(behind)
    const all = [changes.pass('bastion', 'one'), changes.pass('a', 'two')]
    await turn()
    expect([...changes.inside.keys()]).toEqual(['bastion'])
    await changes.end('bastion', 'proven')
    expect([...changes.inside.keys()]).toEqual(['a'])
    await changes.end('a', 'proven')
    expect(await Promise.all(all)).toEqual(['bastion', 'a'])
  })
})

/** Each host's jump, by number: one before it, or none. */
const fleets = fc.array(fc.option(fc.nat(20)), { minLength: 1, maxLength: 9 }).map(vias => {
  const routeOf = (i: number): readonly string[] => {
    const via = vias[i]
    const to = via === null || via === undefined || i === 0 ? undefined : via % i
    return to === undefined ? [] : [`n${to}`, ...routeOf(to)]
  }
  return new Map(vias.map((_, i) => [`n${i}`, routeOf(i)]))
})
const passages = fc.array(
  fc.constantFrom<Passage>('proven', 'proven', 'proven', 'proven', 'none', 'undone'),
  { minLength: 30, maxLength: 30 },
)

test('any fleet, any endings in any order: everybody comes through, and no host meets one on its way', async () => {
  await fc.assert(
    fc.asyncProperty(fleets, passages, fc.infiniteStream(fc.nat()), async (routes, ends, picks) => {
      const route = (host: string) => routes.get(host) ?? []
      const changes = new Changes(route)
      const hosts = [...routes.keys()]
      const all = hosts.map(async host => [await changes.pass(host, 'one'), await changes.pass(host, 'two')])
      let undone = false
      for (let i = 0; ; i++) {
        await turn()
        const inside = [...changes.inside.keys()]
        if (inside.length === 0) break
        const host = inside[(picks.next().value ?? 0) % inside.length] as string
        const passage = ends[i % ends.length] as Passage
        const began = changes.began.length
        await changes.end(host, passage)
        if (undone) expect(changes.began).toHaveLength(began)
        undone ||= passage === 'undone'
      }
      const ended = await Promise.all(all)
      if (!undone) expect(ended).toEqual(hosts.map(host => [host, host]))
      for (const pair of changes.met) {
        const [one = '', other = ''] = pair.split(' ')
        expect(route(one)).not.toContain(other)
        expect(route(other)).not.toContain(one)
      }
    }),
    { numRuns: 200 },
  )
})
