import { expect, test } from 'vitest'
import { nodeNumber, wantedHosts } from '../../src/lab/hosts.ts'

test('a bastion in both networks, and nodes of both systems behind it', () => {
  expect(wantedHosts(2)).toEqual([
    { name: 'bastion', systems: ['debian-13'], numbers: { public: 10, cluster: 10 }, engine: true },
    {
      name: 'dgx01',
      systems: ['debian-12'],
      numbers: { cluster: 11 },
      via: 'bastion',
      group: 'dgx',
      engine: false,
    },
    {
      name: 'dgx02',
      systems: ['ubuntu-24.04', 'debian-13'],
      numbers: { cluster: 12 },
      via: 'bastion',
      group: 'dgx',
      engine: false,
    },
  ])
})

test('as many nodes as were asked for, each with a name and a number of its own', () => {
  const hosts = wantedHosts(120)
  expect(new Set(hosts.map(host => host.name)).size).toBe(121)
  expect(new Set(hosts.map(host => host.numbers.cluster)).size).toBe(121)
  expect(hosts.at(-1)).toMatchObject({ name: 'dgx120', numbers: { cluster: 130 } })
})

test.each([0, -1, 1.5, 201, Number.NaN])('%d nodes cannot be', nodes => {
  expect(() => wantedHosts(nodes)).toThrow(`the lab cannot have ${nodes} nodes`)
})

test.each([
  ['dgx01', 1],
  ['dgx120', 120],
  ['bastion', undefined],
  ['dgx', undefined],
])('the number of %s is %s', (name, number) => {
  expect(nodeNumber(name)).toBe(number)
})
