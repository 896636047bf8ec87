import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'
import { leadsBack, leadsBackThrough } from '../support/way-back/leads-back.ts'
import { SHELLS, wayBackOf } from '../support/way-back/program.ts'

vi.setConfig({ testTimeout: 240_000 })

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
})
afterAll(() => system[Symbol.dispose]())
beforeEach(() => {
  system.inside(`nft flush ruleset; nft 'table inet theirs { chain x { tcp dport 22 accept; }; }'`)
})

const WHAT = { touches: ['table:inet:ours'], undo: undefined } as const
const DONE = { code: 0, said: '' }

/** What stands inside of a table of ours; null: there is none. */
const content = fc.option(
  fc
    .array(
      fc.constantFrom(
        'ip saddr 192.0.2.1 counter drop',
        'tcp dport { 22, 80-90 } accept',
        `ip saddr @some drop comment "it's $(id)"`,
        'ip daddr @seen accept',
        'meta mark set 7',
      ),
      { maxLength: 4 },
    )
    .map(
      rules => `set some { type ipv4_addr; elements = { 192.0.2.7, 192.0.2.8, 192.0.2.9, 198.51.100.1, 198.51.100.2 }; }
set seen { type ipv4_addr; flags dynamic,timeout; timeout 1h; }
counter c { }
chain in { type filter hook input priority 5; ${rules.map(rule => `${rule}; `).join('')}}`,
    ),
)
const look = (): string => system.inside('nft -s list ruleset')

function put(text: string | null): void {
  system.inside('nft add table inet ours; nft delete table inet ours')
  if (text !== null) system.inside(`nft -f - <<'END'\ntable inet ours {\n${text}\n}\nEND`)
}

test.each(SHELLS)('a table of ours is as it was, and no other is touched, over %s', async (_, sh) => {
  await fc.assert(
    fc.asyncProperty(content, content, async (before, after) => {
      using way = wayBackOf(WHAT, system.far(sh).sh)
      put(before)
      await leadsBack(way, look, () => put(after))
    }),
    { numRuns: 8, endOnFailure: true },
  )
})

test('cut anywhere and begun again it comes to the same end', async () => {
  await fc.assert(
    fc.asyncProperty(
      content,
      content,
      fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 3 }),
      async (before, after, cuts) => {
        using way = wayBackOf(WHAT, system.far(['dash']).sh)
        put(before)
        await leadsBackThrough(cuts, way, look, () => put(after))
      },
    ),
    { numRuns: 8, endOnFailure: true },
  )
})

test('what packets put into a set meanwhile is nothing that has to be undone', async () => {
  const [before] = fc.sample(
    content.filter(text => text !== null),
    1,
  )
  put(before ?? null)
  using way = wayBackOf(WHAT, system.far(['dash']).sh)
  expect(await way.run('save')).toEqual(DONE)
  system.inside('nft add element inet ours seen { 192.0.2.55 }')
  expect(await way.run('undo')).toEqual(DONE)
  expect(look()).toContain('192.0.2.55')
  system.inside('nft add element inet ours some { 192.0.2.66 }')
  expect(await way.run('undo')).toEqual(DONE)
  expect(look()).not.toContain('192.0.2.66')
})

test('during a boot no table is touched: none is there yet, and whoever loads it has been undone', async () => {
  put('chain in { }')
  using way = wayBackOf(WHAT, system.far(['dash']).sh)
  expect(await way.run('save')).toEqual(DONE)
  system.inside('nft flush ruleset')
  expect(await way.run('undo', { BOOT: '1' })).toEqual(DONE)
  expect(look()).toBe('')
})
