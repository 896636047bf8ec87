import type { Plan, Probe, Step } from 'rampart'
import { CheckFailed, drift, inSync, read } from 'rampart'
import type { IpFamily } from 'rampart/resources'
import { iptablesChain } from 'rampart/resources'
import type { OurChain } from './rules.ts'
import { ofFamily } from './rules.ts'

/** A chain of ours as the resource takes it; null rules: it is not to be there. */
interface Wanted extends Omit<OurChain, 'rules'> {
  readonly rules: OurChain['rules'] | null
}

/**
 * Our chains in force now, each called once, all of them in one change. Where others put jumps of theirs before ours, as
 * tailscaled does each time it starts, they stay there; before a rule by which packets would never come to ours, ours goes
 * first again.
 */
export function inForce(
  wanted: readonly Wanted[],
  families: readonly IpFamily[],
): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const plans = await Promise.all(
        wanted.flatMap(chain => families.map(family => planOf(probe, chain, family))),
      )
      return together(plans)
    },
  }
}

/**
 * The chain that Docker calls for us. It makes DOCKER-USER when it starts, for IPv6 only if it filters that; without it
 * the chain is there and nobody calls it.
 */
export function calledByDocker(
  chain: Wanted,
  families: readonly IpFamily[],
): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const plans = await Promise.all(
        families.map(async family => {
          const [callers, called, uncalled] = await Promise.all([
            callersOf(probe, 'FORWARD', 'filter', family),
            settled(planOf(probe, chain, family)),
            settled(iptablesChain(shape(chain, family)).check(probe)),
          ])
          const at = callers.findIndex(rule => rule.endsWith(` -j ${chain.from}`))
          const docker = callers.findIndex(rule => / -j DOCKER(?!-USER$)/.test(rule))
          if (at === -1 && family === 'v4') throw unasked(`does not call ${chain.from}`)
          if (at !== -1 && docker !== -1 && docker < at)
            throw unasked(`calls ${chain.from} after Docker's own chains`)
          return at === -1 ? uncalled() : called()
        }),
      )
      return together(plans)
    },
  }
}

async function planOf(probe: Probe, chain: Wanted, family: IpFamily): Promise<Plan> {
  if (chain.rules === null)
    return iptablesChain({
      ...{ name: chain.name, table: chain.table },
      ...{ families: family, state: 'absent' },
    }).check(probe)
  const called = { ...shape(chain, family), from: chain.from }
  const [inAnyPlace, inFront] = [
    iptablesChain({ ...called, position: 'anywhere' }),
    iptablesChain({ ...called, position: 'first' }),
  ]
  // All asked in one turn, so that it costs no other.
  const [callers, anywhere, first] = await Promise.all([
    callersOf(probe, chain.from, chain.table, family),
    settled(inAnyPlace.check(probe)),
    settled(inFront.check(probe)),
  ])
  const ours = callers.findIndex(rule => rule.includes(`-j ${chain.name}`))
  const passed = callers
    .slice(0, ours === -1 ? 0 : ours)
    .some(rule => /-j (?:ACCEPT|RETURN)(?: |$)/.test(rule))
  return passed ? first() : anywhere()
}

const shape = ({ name, table, rules }: Wanted, families: IpFamily) => ({
  ...{ name, table, families },
  rules: ofFamily(rules ?? [], families),
})

async function callersOf(
  probe: Probe,
  chain: string,
  table: string,
  family: IpFamily,
): Promise<readonly string[]> {
  const iptables = read`${family === 'v4' ? 'iptables' : 'ip6tables'} -w 10 -t ${table} -S ${chain}`
  const { stdout } = await probe.ask(read`PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C ${iptables}`)
  return stdout.split('\n').filter(line => line.startsWith('-A '))
}

/** What a promise came to, to be told when it is asked for. */
async function settled<T>(promise: Promise<T>): Promise<() => T> {
  const [result] = await Promise.allSettled([promise])
  return () => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  }
}

/** One plan of several, each of which shows a text. */
function together(plans: readonly Plan[]): Plan {
  const drifts = plans.filter(plan => plan.status === 'drift')
  const [first, ...rest] = drifts.flatMap(({ cure }): readonly Step[] => cure)
  if (first === undefined) return inSync()
  const texts = (which: 'before' | 'after') =>
    drifts.flatMap(({ diff }) => (diff.kind === 'text' ? [diff[which] ?? ''] : [])).join('') || null
  return drift({ kind: 'text', path: 'iptables', before: texts('before'), after: texts('after') }, [
    first,
    ...rest,
  ])
}

const unasked = (what: string): CheckFailed =>
  new CheckFailed(`FORWARD ${what}, so nobody is asked about Docker's networks`, {
    hint: 'Is Docker running, with iptables as its firewall-backend? systemctl restart docker puts its jumps right. Without Docker leave docker_user out.',
  })
