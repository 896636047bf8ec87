import { expect, test } from 'vitest'
import { freeSubnets } from '../../src/lab/subnet.ts'

const first = (used: string[], here: string[] = []) =>
  freeSubnets(['172.30', '10.130'], 'fd30', used, {
    eth0: here.map(cidr => ({ cidr }) as never),
  }).next().value

test.each<[string, string[], string[], string, string]>([
  ['nothing is used', [], [], '172.30.0.0/24', 'fd30::/64'],
  ['the first is used', ['172.30.0.0/24'], [], '172.30.1.0/24', 'fd30:0:0:1::/64'],
  ['the first is used in IPv6', ['fd30::/64'], [], '172.30.1.0/24', 'fd30:0:0:1::/64'],
  ['a part of the first is used', ['172.30.0.128/25'], [], '172.30.1.0/24', 'fd30:0:0:1::/64'],
  ['a network holds the whole prefix', ['172.30.0.0/16'], [], '10.130.0.0/24', 'fd30:0:0:40::/64'],
  ['this machine is in the first', [], ['172.30.0.77/24'], '172.30.1.0/24', 'fd30:0:0:1::/64'],
  ['this machine is in a wider one', [], ['172.16.0.9/12', '::1/128'], '10.130.0.0/24', 'fd30:0:0:40::/64'],
  ['others are in use', ['172.17.0.0/16', 'fd31::/64'], ['192.0.2.2/24'], '172.30.0.0/24', 'fd30::/64'],
])('%s', (_, used, here, v4, v6) => {
  expect(first(used, here)).toEqual({ v4, v6 })
})

test('when everything is taken there is none', () => {
  expect(first(['172.16.0.0/12', '10.0.0.0/8'])).toBeUndefined()
})
