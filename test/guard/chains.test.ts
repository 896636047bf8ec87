import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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

const OURS = 'RAMPART-X'
const TOUCHES = [`chain:v4:filter:${OURS}`, `chain:v6:filter:${OURS}`] as const
const DONE = { code: 0, said: '' }

/** Rules of somebody else, by chain; some look like ours to a careless eye. */
const FOREIGN = {
  INPUT: ['-i eth1 -j DROP', '-j RAMPART-X2', `-m comment --comment "no -j ${OURS}"`],
  FORWARD: [`-m comment --comment "-A ${OURS} -j DROP" -j ACCEPT`],
  'RAMPART-X2': ['-p tcp -m tcp --dport 22 -j ACCEPT', '-j RETURN'],
} as const
type Parent = keyof typeof FOREIGN

/** A chain of ours, and where others jump to it. */
interface Chain {
  readonly rules: readonly string[]
  readonly jumps: readonly { readonly parent: Parent; readonly at: number; readonly verb: '-j' | '-g' }[]
}

const chain: fc.Arbitrary<Chain | null> = fc.option(
  fc.record({
    rules: fc.array(
      fc.constantFrom(
        '-i eth0 -j DROP',
        '-p tcp -m tcp --dport 22 -j ACCEPT',
        '-p tcp -m tcp --dport 22 -j DROP',
        '-m comment --comment "it\'s $(id) \\"mine\\"" -j RETURN',
        '-m mark --mark 0x7',
      ),
      { maxLength: 4 },
    ),
    jumps: fc.array(
      fc.record({
        parent: fc.constantFrom<Parent>('INPUT', 'FORWARD'),
        at: fc.nat(3),
        verb: fc.constantFrom('-j' as const, '-g' as const),
      }),
      { maxLength: 3 },
    ),
  }),
)

/** A whole table, as iptables-restore(8) takes it. */
function table(ours: Chain | null): string {
  const rules = Object.entries(FOREIGN).flatMap(([parent, foreign]) => {
    const all: string[] = [...foreign]
    for (const { at, verb } of (ours?.jumps ?? []).filter(jump => jump.parent === parent))
      all.splice(Math.min(at, all.length), 0, `${verb} ${OURS}`)
    return all.map(rule => `-A ${parent} ${rule}`)
  })
  return [
    ...['*filter', ':INPUT ACCEPT', ':FORWARD ACCEPT', ':OUTPUT ACCEPT', ':RAMPART-X2 -'],
    ...(ours ? [`:${OURS} -`, ...ours.rules.map(rule => `-A ${OURS} ${rule}`)] : []),
    ...rules,
    'COMMIT\n',
  ].join('\n')
}

const PROGRAMS = ['iptables', 'ip6tables'] as const

function put(ours: Chain | null): void {
  const [command = '', ...args] = system.far(['sh']).sh
  for (const program of PROGRAMS) {
    const { status, stderr } = spawnSync(command, [...args, '-c', `${program}-restore`], {
      input: table(ours),
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  }
}

const look = (): readonly string[] =>
  PROGRAMS.map(program => system.inside(`${program}-save | grep -v '^#' | sed 's/ \\[.*//'`))
/** Without the order in which chains were made, which is nobody's. */
const lines = (): readonly string[] => {
  const all = look().join('---\n').split('\n')
  return [...all.filter(line => line.startsWith(':')).sort(), ...all.filter(line => !line.startsWith(':'))]
}
const change = fc.tuple(chain, chain)

test.each(SHELLS)('a chain of ours and its jumps are as they were, over %s', async (_, sh) => {
  await fc.assert(
    fc.asyncProperty(change, async ([before, after]) => {
      using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(sh).sh)
      put(before)
      await leadsBack(way, lines, () => put(after))
    }),
    { numRuns: 8, endOnFailure: true },
  )
})

test('cut anywhere and begun again it comes to the same end', async () => {
  await fc.assert(
    fc.asyncProperty(
      change,
      fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 3 }),
      async ([before, after], cuts) => {
        using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(['dash']).sh)
        put(before)
        await leadsBackThrough(cuts, way, lines, () => put(after))
      },
    ),
    { numRuns: 10, endOnFailure: true },
  )
})

test('what others have put into the table since stays, in its order', async () => {
  await fc.assert(
    fc.asyncProperty(change, async ([before, after]) => {
      using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(['dash']).sh)
      const docker = PROGRAMS.map(
        program =>
          `${program} -N DOCKER-X; ${program} -A DOCKER-X -j RETURN; ${program} -I FORWARD -j DOCKER-X; ${program} -A INPUT -j DOCKER-X`,
      ).join('\n')
      put(null)
      system.inside(docker)
      const foreign = lines()
      put(before)
      const ours = lines().filter(isOurs)
      expect(await way.run('save')).toEqual(DONE)
      put(after)
      system.inside(docker)
      expect(await way.run('undo')).toEqual(DONE)
      expect(lines().filter(line => !isOurs(line))).toEqual(foreign)
      expect(lines().filter(isOurs)).toEqual(ours)
    }),
    { numRuns: 6, endOnFailure: true },
  )
})

const isOurs = (line: string): boolean =>
  line.startsWith(`:${OURS} `) || line.startsWith(`-A ${OURS} `) || / -[jg] RAMPART-X$/.test(line)

test('T02 a host that never had a table: what came goes again', async () => {
  system.inside('nft flush ruleset')
  expect(look()).toEqual(['', ''])
  using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(['dash']).sh)
  expect(await way.run('save')).toEqual(DONE)
  for (const program of PROGRAMS)
    system.inside(
      `${program} -N ${OURS}; ${program} -A ${OURS} -p tcp --dport 22 -j DROP; ${program} -I INPUT -j ${OURS}`,
    )
  expect(await way.run('undo')).toEqual(DONE)
  const empty = '*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n'
  expect(look()).toEqual([empty, empty])
})

test('during a boot no table is touched: it is empty, and whoever fills it has been undone', async () => {
  put({ rules: ['-i eth0 -j DROP'], jumps: [{ parent: 'INPUT', at: 0, verb: '-j' }] })
  using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(['dash']).sh)
  expect(await way.run('save')).toEqual(DONE)
  system.inside('nft flush ruleset')
  expect(await way.run('undo', { BOOT: '1' })).toEqual(DONE)
  expect(look()).toEqual(['', ''])
})

test('a table that iptables cannot read is refused before anything is changed', async () => {
  put({ rules: [], jumps: [] })
  using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(['dash']).sh)
  system.inside(`nft add rule ip filter ${OURS} meta mark set 7`)
  expect(await way.run('save')).toEqual({
    code: 1,
    said: expect.stringContaining(`save: chain v4:filter:${OURS}\n`) as string,
  })
})
