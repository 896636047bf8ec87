import { expect, test } from 'vitest'
import { sameMachine } from '../../src/inventory/same-machine.ts'
import { showError } from '../../src/model/error.ts'
import { inventoryOf } from './inventory-of.ts'

const apart = undefined
const one = (what: string, line: number, column: number) =>
  `inventory/hosts.yaml:${line}:${column}: a and b are one machine: ${what}
  Take one of them out, or select one with --limit: -l 'all:!b'`

test.each([
  ['{ address: 10.0.0.1 }', '{ address: 10.0.0.1 }', one('10.0.0.1', 4, 5)],
  ['{ address: 10.0.0.1 }', '{ address: 10.0.0.1, port: 22 }', one('10.0.0.1', 4, 5)],
  ['{ address: A.lan }', '{ address: a.LAN }', one('A.lan', 4, 5)],
  ['{ addresses: [x, 10.0.0.1] }', '{ addresses: [y, 10.0.0.1] }', one('x', 4, 5)],
  ['{ address: b }', '{}', one('b', 4, 5)],
  ['{ address: 10.0.0.1, via: j }', '{ address: 10.0.0.1, via: j }', one('10.0.0.1', 4, 5)],
  ['{ transport: local }', '{ transport: local }', one('this machine', 4, 5)],
  ['{ transport: docker, container: c }', '{ transport: docker, container: c }', one('c', 4, 5)],
  ['{ address: 127.0.0.1, port: 2201 }', '{ address: 127.0.0.1, port: 2202 }', apart],
  ['{ address: 10.0.0.1, via: j }', '{ address: 10.0.0.1, via: k }', apart],
  ['{ address: 10.0.0.1, via: j }', '{ address: 10.0.0.1 }', apart],
  ['{}', '{}', apart],
])('a: %s, b: %s', async (a, b, expected) => {
  const fleet = await inventoryOf(`all:\n  hosts:\n    a: ${a}\n    b: ${b}\n    j: {}\n    k: {}\n`)
  const error = sameMachine(fleet.select('a,b'))
  expect(error && showError(error)).toBe(expected)
  expect(sameMachine(fleet.select('b'))).toBeUndefined()
})
