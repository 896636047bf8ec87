import fc from 'fast-check'
import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../src/model/nearest.ts'

const NAMES = [
  'ssh-hardening',
  'iptables-hardening',
  'teleport-agent',
  'teleport-bastion',
  'openresty',
  'dgx01',
  'web',
]

test.each<[word: string, name: string | undefined]>([
  ['ssh-hardning', 'ssh-hardening'],
  ['SSH-Hardening', 'ssh-hardening'],
  ['shs-hardening', 'ssh-hardening'],
  ['iptable-hardenings', 'iptables-hardening'],
  ['telport-bastian', 'teleport-bastion'],
  ['dgx10', 'dgx01'],
  ['wbe', 'web'],
  ['db', undefined],
  ['x', undefined],
  ['', undefined],
  ['nothing-like-it', undefined],
])('nearest to %j is %s', (word, name) => {
  expect(nearest(word, NAMES)).toBe(name)
})

test('a name is nearest to itself, and one wrong letter does not hide a long one', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z-]{4,30}$/), fc.nat(29), (name, at) => {
      const wrong = `${name.slice(0, at % name.length)}_${name.slice((at % name.length) + 1)}`
      expect([nearest(name, ['0000', name]), nearest(wrong, ['0000', name])]).toEqual([name, name])
    }),
  )
})

test.each([
  ['wbe', NAMES, 'Did you mean "web"?'],
  ['db', ['web', 'lb'], 'Did you mean "lb"?'],
  ['postgres', ['web', 'lb'], 'There are: web, lb.'],
  ['web', [], 'There are none.'],
])('the hint for %j among %j', (word, names, hint) => {
  expect(didYouMean(word, names)).toBe(hint)
})
