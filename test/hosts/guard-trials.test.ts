import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { docker as dockerCommand } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { openSession } from '../../src/session/open.ts'
import { createDocker } from '../../src/transport/docker.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'
import { run as runOn } from '../support/far.ts'
import type { Subject, Verdict } from '../support/trials/trial.ts'
import { trial, WITHIN } from '../support/trials/trial.ts'
import { readInventory } from './door.ts'
import { useLab } from './lab.ts'
import { until } from './look.ts'

/** Trials of one run of the tests; `RAMPART_TEST_TRIALS` makes it a longer one, `RAMPART_TEST_SEED` another. */
const TRIALS = Number(process.env['RAMPART_TEST_TRIALS'] ?? 300)
const SEED = Number(process.env['RAMPART_TEST_SEED'] ?? 20261126)
/** At a time; `RAMPART_TEST_NODES` says how many. */
const NODES = Number(process.env['RAMPART_TEST_NODES'] ?? 8)

const lab = useLab({ name: 'trials', nodes: NODES })
vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 600_000 })

let sessions = 0
const containers = createDocker()
const ssh = createSsh({ acceptNew: false, stateDir: '/nonexistent' })
afterAll(async () => {
  await Promise.all([containers.close(), ssh.close()])
})

let addresses: Readonly<Record<string, { readonly address: string }>>
let bastion: string
beforeAll(() => {
  const { all } = readInventory(lab)
  addresses = all.children.dgx.hosts
  bastion = all.hosts.bastion.address
})

test(`${TRIALS} trials: nobody is locked out, and no change is there by half`, async () => {
  const seeds = Array.from({ length: TRIALS }, (_, i) => SEED + i)
  const verdicts: Verdict[] = []
  await Promise.all(
    Object.keys(addresses).map(async name => {
      const host = subject(name)
      for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop())
        verdicts.push(await trial(host, seed))
    }),
  )
  const lockouts = verdicts.filter(({ login }) => login === undefined)
  const inconsistencies = verdicts.filter(({ faults }) => faults.length > 0)
  const late = verdicts.filter(
    ({ login, what }) => (login ?? 0) > (WITHIN + 2) * 1000 && !what.includes('restart'),
  )
  const kinds = [...new Set(verdicts.map(({ ending }) => ending))]
  const endings = kinds.map(kind => `${verdicts.filter(({ ending }) => ending === kind).length} ${kind}`)
  process.stdout.write(
    `${verdicts.length} trials (seed ${SEED}): ${endings.join(', ')}\n` +
      `lockouts ${lockouts.length}, inconsistencies ${inconsistencies.length}, logins later than T + 2 s ${late.length}\n`,
  )
  expect({ lockouts, inconsistencies }).toEqual({ lockouts: [], inconsistencies: [] })
  expect(verdicts).toHaveLength(TRIALS)
})

function subject(name: string): Subject {
  const container = lab.container(name)
  const way = (host: string, address: string, via?: SshRoute): SshRoute => ({
    transport: 'ssh',
    host,
    addresses: [address],
    named: true,
    port: 22,
    user: 'root',
    key: { from: 'file', path: lab.files.key },
    password: undefined,
    via,
    knownHosts: lab.files.knownHosts,
  })
  const fresh = way(name, addresses[name]?.address ?? '', way('bastion', bastion))
  return {
    name,
    inside: async script => (await lab.inside(name, script)).stdout,
    open: async () => {
      const over = new AbortController()
      const session = await openSession({
        ...{ host: name, run: `trial-${name}-${++sessions}`, owner: 'trials', user: '' },
        dial: () => containers.connect({ transport: 'docker', host: name, container }),
        become: user => (user === '' ? undefined : { user, password: undefined }),
        over: over.signal,
      })
      return { session, hangUp: () => over.abort() }
    },
    enter: async script => {
      const connection = await ssh.connectFresh(fresh)
      try {
        return (await runOn(connection.shell(), script)).stdout.toString()
      } finally {
        await connection.close()
      }
    },
    restart: async () => {
      await dockerCommand(await requireEngine(), ['restart', '-t', '1', container])
      // Before it has begun to boot there is nobody to wait.
      await until(lab, name, 'systemctl is-system-running --wait | grep -qE "running|degraded"', 120)
    },
  }
}
