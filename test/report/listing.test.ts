import { expect, test } from 'vitest'
import type { Listing } from '../../src/model/listing.ts'
import { openInk } from '../../src/report/ink.ts'
import type { What } from '../../src/report/listing.ts'
import { showAssumed, showListing } from '../../src/report/listing.ts'

const ink = openInk(false)
const motd = { task: 'file /etc/motd', role: 'motd', tags: ['banner', 'motd'] }
const curl = { task: 'packages curl', tags: [] }
const listing: Listing = {
  plays: [
    { play: 'Greet', hosts: [{ host: 'bastion', address: '203.0.113.10', tasks: [motd] }] },
    {
      play: 'Prepare',
      hosts: [
        { host: 'dgx01', address: '10.20.0.11', via: 'bastion', tasks: [motd, curl] },
        { host: 'dgx02', address: '10.20.0.12', via: 'bastion', tasks: [motd, curl] },
        { host: 'old', address: 'old', tasks: [curl] },
      ],
    },
  ],
  assumed: ['dgx02', 'old'],
}

test.each<[What, string]>([
  [
    'hosts',
    `PLAY  Greet · 1 host
  bastion  203.0.113.10

PLAY  Prepare · 3 hosts
  dgx01  10.20.0.11  via bastion
  dgx02  10.20.0.12  via bastion
  old    old`,
  ],
  [
    'tasks',
    `PLAY  Greet · 1 host
  bastion
    motd › file /etc/motd [banner, motd]

PLAY  Prepare · 3 hosts
  dgx01, dgx02
    motd › file /etc/motd [banner, motd]
    packages curl
  old
    packages curl`,
  ],
  [
    'tags',
    `PLAY  Greet · 1 host
  banner  1 task
  motd    1 task

PLAY  Prepare · 3 hosts
  banner  1 task
  motd    1 task`,
  ],
])('%s', (what, text) => {
  expect(
    showListing(listing, what, ink)
      .map(line => line.text)
      .join('\n'),
  ).toBe(text)
})

test('hosts that were never reached are named', () => {
  expect(showAssumed(listing, ink)?.text).toBe(
    'dgx02, old: never reached yet, so listed as a plain Debian host',
  )
  expect(showAssumed({ plays: [], assumed: [] }, ink)).toBeUndefined()
})
