import type { BenchHost, Fleet } from './fleet.ts'
import { fleetCpu, knownHostsOf } from './fleet.ts'
import { drift, letManyIn, reset, stateOf } from './host-state.ts'
import type { Measured } from './measure.ts'
import { measure } from './measure.ts'
import type { Options } from './options.ts'
import type { Proxies } from './proxies.ts'
import { startProxies } from './proxies.ts'
import type { Job, Told, Tool } from './tool.ts'
import { put } from './tool.ts'
import { workOf } from './work.ts'

/** One run of one tool in one scenario. */
export interface Sample extends Omit<Measured, 'output' | 'code'>, Told {
  readonly scenario: string
  readonly tool: string
  /** From 0. */
  readonly round: number
  /** Seconds of processor time in the fleet. */
  readonly remoteCpu: number
  /** Hashes of the hosts' state afterwards. */
  readonly states: readonly string[]
}

export const TITLES: Readonly<Record<string, string>> = {
  a: 'converged, 50 tasks a host',
  b: 'first run, 50 tasks a host',
  c: 'one file drifted on each host',
  d: 'converged, 1 host, 500 tasks',
  e: 'converged, 50 tasks a host, 100 ms away in each direction',
  f: 'dry run over logical hosts on one sshd, 50 tasks each',
}

/** Milliseconds that the proxies of `e` add, each way. */
const DELAY = 100

/** Runs one scenario with all tools in turn, in another order each time. */
export async function play(
  scenario: string,
  fleet: Fleet,
  tools: readonly Tool[],
  options: Options,
  folder: string,
  say: (text: string) => void,
): Promise<readonly Sample[]> {
  const work = workOf(scenario === 'd' ? 500 : 50)
  const real = scenario === 'd' || scenario === 'f' ? fleet.hosts.slice(0, 1) : fleet.hosts
  const proxies = await proxiesOf(scenario, real, options)
  const hosts = proxies?.hosts ?? real
  const base = { work, key: fleet.key, dry: scenario === 'f', converged: scenario !== 'b' }
  const knownHosts = await put(`${folder}/${scenario}/known_hosts`, knownHostsOf([...hosts, ...real]))
  const samples: Sample[] = []
  try {
    await reset(real, work)
    const [ours] = tools
    if (scenario !== 'b' && ours)
      await converge(ours, { ...base, hosts: real, knownHosts, folder: `${folder}/${scenario}` })
    for (const [round, tool] of turns(scenario, tools, options)) {
      if (scenario === 'b') await reset(real, work)
      if (scenario === 'c') await drift(real, work)
      const job = { ...base, hosts, knownHosts, folder: `${folder}/${scenario}/${tool.name}` }
      const run = await once(tool, job, proxies)
      const sample = { ...run, scenario, round, tool: tool.name, states: await stateOf(real, work) }
      samples.push(sample)
      say(progress(sample))
    }
  } finally {
    await proxies?.stop()
  }
  return samples
}

async function proxiesOf(
  scenario: string,
  real: readonly BenchHost[],
  options: Options,
): Promise<Proxies | undefined> {
  if (scenario === 'e') return startProxies(real, DELAY)
  if (scenario !== 'f') return undefined
  await letManyIn(real)
  return startProxies(logical(real, options.logical), 0)
}

/** One machine under many names; a port of a proxy makes each another one, as no list may have a machine twice. */
function logical([first]: readonly BenchHost[], count: number): readonly BenchHost[] {
  if (!first) return []
  return Array.from({ length: count }, (_, i) => ({ ...first, name: `logical${i}` }))
}

/** Brings the hosts to where the scenario begins. */
async function converge(tool: Tool, job: Job): Promise<void> {
  const command = await tool.prepare({ ...job, dry: false, folder: `${job.folder}/before` })
  tool.told(await measure(command))
}

/** Who runs when: in another order in each round. */
function turns(
  scenario: string,
  tools: readonly Tool[],
  { runs, peerRuns }: Options,
): readonly (readonly [round: number, tool: Tool])[] {
  return Array.from({ length: runs }, (_, round) => {
    const all = tools.filter(tool => tool.can(scenario) && (!tool.isPeer || round < peerRuns))
    const at = all.length === 0 ? 0 : round % all.length
    return [...all.slice(at), ...all.slice(0, at)].map(tool => [round, tool] as const)
  }).flat()
}

function progress({ tool, wall, cpu, remoteCpu, memory, changed, states }: Sample): string {
  const times = `${wall.toFixed(2).padStart(8)} s  cpu ${cpu.toFixed(2)} + ${remoteCpu.toFixed(2)} s  ${memory.toFixed(0)} MB`
  return `  ${tool.padEnd(13)}${times}  changed ${changed ?? '?'}  ${[...new Set(states)].join(' ')}`
}

async function once(
  tool: Tool,
  job: Job,
  proxies: Proxies | undefined,
): Promise<Omit<Sample, 'scenario' | 'tool' | 'round' | 'states'>> {
  const command = await tool.prepare(job)
  const before = (await proxies?.taken()) ?? 0
  const used = fleetCpu(job.hosts)
  const measured = await measure(command)
  const remoteCpu = fleetCpu(job.hosts) - used
  const told = tool.told(measured)
  const { wall, cpu, memory } = measured
  const through = proxies && { connections: (await proxies.taken()) - before }
  return { wall, cpu, remoteCpu, memory, ...told, ...through }
}
