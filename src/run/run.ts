import type { Emit, Event } from '../engine/events.ts'
import { Gate } from '../engine/gate.ts'
import type { PlanOfRun } from '../engine/run.ts'
import { run as runPlays } from '../engine/run.ts'
import type { Scene } from '../engine/scene.ts'
import { tell } from '../engine/scene.ts'
import { Tally } from '../engine/tally.ts'
import { RampartError } from '../model/error.ts'
import type { Facts } from '../model/facts.ts'
import { asMistake } from '../model/mistake.ts'
import { Crew } from './crew.ts'
import { keepFacts, PLAIN_DEBIAN, recallFacts } from './facts-cache.ts'
import { keepHosts, recallHosts } from './last-hosts.ts'
import { Lines } from './lines.ts'
import { makeLists, othersNamed } from './lists.ts'
import type { Project } from './project.ts'
import { readProject } from './project.ts'
import { enter, refuses } from './prove.ts'
import { renderer } from './read.ts'
import type { AbortSignals, RunRequest } from './request.ts'
import { runId } from './run-id.ts'
import { readSecrets } from './secrets.ts'
import { tellUndone } from './undone.ts'

/**
 * Runs playbooks and tells it all as events; the last is always the recap. Returns the exit code. Nothing is changed on
 * any host before everything that can be checked has been. A mistake is told as an `error` event: exit code 1.
 */
export async function runPlaybooks(request: RunRequest, emit: Emit, signals: AbortSignals): Promise<number> {
  const began = performance.now()
  const clock = (): number => Math.round(performance.now() - began)
  const tally = new Tally([])
  const hear: Emit = event => {
    tally.hear(event)
    emit(event)
  }
  const warn = (message: string): void => tell({ emit: hear, clock }, 'warning', { message })
  const lines = new Lines(request, warn)
  let crew: Crew | undefined
  let ended: 1 | 70 | undefined
  try {
    signals.abort.addEventListener('abort', () => void (crew?.abandon() ?? lines.close()), {
      once: true,
    })
    const last = recallHosts(request)
    const project = await readProject(request, request, warn, async fleet =>
      lines.reachOut(fleet, await last),
    )
    crew = new Crew(runId(), project, request, lines)
    hear(start(crew.run, request, project))
    await runProject(project, crew, request, { emit: hear, clock, stop: signals.stop, over: signals.abort })
  } catch (error) {
    const mistake = asMistake(error)
    ended = RampartError.is(mistake) ? 1 : DEFECT
    tell({ emit: hear, clock }, 'error', { error: mistake })
  }
  await (crew?.close() ?? lines.close())
  const exitCode = ended ?? tally.exitCode(signals.stop.aborted)
  emit({ event: 'recap', hosts: recap(tally, crew), exitCode, ms: clock() })
  return exitCode
}

/** sysexits.h EX_SOFTWARE: an error that is no user's mistake. */
const DEFECT = 70

type Telling = Pick<Scene, 'emit' | 'clock' | 'stop' | 'over'>

async function runProject(
  project: Project,
  crew: Crew,
  request: RunRequest,
  telling: Telling,
): Promise<void> {
  const { fleet, plays, selected, hosts } = project
  await crew.gather(
    hosts.map(({ name }) => name),
    telling,
  )
  crew.release()
  const warn = (message: string): void => tell(telling, 'warning', { message })
  await tellUndone(
    crew.reached.map(host => crew.reach(host)),
    request.mode === 'apply',
    warn,
  )
  const factsOf = await factsFor(project, crew)
  const { lists, roles } = makeLists({
    project,
    selection: request,
    hosts: crew.reached,
    factsOf,
    render: renderer(),
  })
  readSecrets(lists, roles)
  await crew.gather(othersNamed(lists), telling)
  const plan: PlanOfRun = {
    plays,
    lists,
    selected: selected.map(all => all.map(({ name }) => name)),
    forks: request.forks,
  }
  await runPlays(plan, {
    ...telling,
    mode: request.mode,
    reach: host => crew.reach(host),
    owner: crew.owner,
    gate: new Gate(host => crew.jumps(host)),
    enter: (host, how) => enter(host, how, crew.anew),
    refuses: (host, what) => refuses(host, what, crew.anew),
    behind: host => crew.behind(host),
    verbose: request.verbose,
    writes: { count: 0 },
    drifted: new Map(),
  })
  const names = hosts.map(({ name }) => name)
  await Promise.all([
    keepHosts(request, names),
    ...crew.reached.map(host => keepFacts(fleet.source, host, crew.reach(host).hello.facts)),
  ])
}

/** What each host said of itself, now or in its last run; a host never reached is taken for a plain Debian. */
async function factsFor({ fleet }: Project, crew: Crew): Promise<(host: string) => Facts> {
  const others = [...fleet.hosts.keys()].filter(host => !crew.find(host))
  const known = new Map(
    await Promise.all(others.map(async host => [host, await recallFacts(fleet.source, host)] as const)),
  )
  return host => crew.find(host)?.hello.facts ?? known.get(host) ?? PLAIN_DEBIAN
}

function start(run: string, { mode, playbooks }: RunRequest, { fleet, hosts }: Project): Event {
  return {
    event: 'start',
    run,
    mode,
    playbooks,
    inventory: fleet.source,
    hosts: hosts.map(({ name }) => name),
  }
}

function recap(tally: Tally, crew: Crew | undefined): Extract<Event, { event: 'recap' }>['hosts'] {
  return Object.fromEntries(
    tally
      .hosts()
      .map(host => [host, tally.host(host, crew?.find(host)?.frames ?? 0, crew?.connections(host) ?? 0)]),
  )
}
