import type { TaskEntry } from '../../src/engine/entry.ts'
import type { Event } from '../../src/engine/events.ts'
import { Gate } from '../../src/engine/gate.ts'
import { run as runPlays } from '../../src/engine/run.ts'
import type { Scene } from '../../src/engine/scene.ts'
import type { Stage } from '../../src/engine/stage.ts'
import type { Mode } from '../../src/model/outcome.ts'
import type { Task, TaskNode } from '../../src/model/task.ts'
import type { Session } from '../../src/session/session.ts'

export interface EngineRun {
  readonly events: readonly Event[]
  /** `status task` and `status handler name`, in the order told. */
  readonly said: readonly string[]
}

type Item = Task | { readonly type: 'flush' }

/** Lists as playbooks make them: one play named `play` (`play 2`, …) for each list. */
export function stages(...lists: readonly (readonly Item[])[]): readonly Stage[] {
  return lists.map((items, i) => ({
    play: i === 0 ? 'play' : `play ${i + 1}`,
    entries: items.map(item =>
      item.type === 'flush'
        ? { type: 'flush' }
        : ({
            type: 'task',
            task: item as TaskNode,
            role: undefined,
            tags: new Set(),
            user: '',
          } satisfies TaskEntry),
    ),
  }))
}

/** Runs lists on sessions with the real engine. */
export async function engineRun(
  mode: Mode,
  hosts: ReadonlyMap<Session, readonly Stage[]>,
  options: Partial<Scene> & { readonly serial?: number } = {},
): Promise<EngineRun> {
  const events: Event[] = []
  const sessions = new Map([...hosts.keys()].map(session => [session.host, session]))
  const names = [...sessions.keys()]
  const count = Math.max(...[...hosts.values()].map(list => list.length))
  const plays = Array.from({ length: count }, (_, i) => ({
    name: i === 0 ? 'play' : `play ${i + 1}`,
    ...(options.serial === undefined ? {} : { serial: options.serial }),
  }))
  await runPlays(
    {
      plays,
      lists: new Map([...hosts].map(([session, list]) => [session.host, list])),
      selected: plays.map(() => names),
      forks: 10,
    },
    {
      mode,
      reach: host => sessions.get(host) as Session,
      emit: event => events.push(event),
      clock: () => 0,
      stop: new AbortController().signal,
      verbose: false,
      over: new AbortController().signal,
      owner: 'tester',
      gate: new Gate(() => []),
      enter: async () => 'confirmed',
      refuses: async () => true,
      behind: () => [],
      writes: { count: 0 },
      drifted: new Map(),
      ...options,
    },
  )
  const said = events.flatMap(event => {
    if (event.event === 'task') return `${event.status} ${event.task}`
    return event.event === 'handler' ? `${event.status} handler ${event.handler}` : []
  })
  return { events, said }
}
