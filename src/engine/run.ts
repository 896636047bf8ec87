import pLimit from 'p-limit'
import type { PlayNode } from '../model/play.ts'
import { batches } from './batches.ts'
import { converge } from './converge.ts'
import { skipRest } from './say.ts'
import type { Scene } from './scene.ts'
import { tell } from './scene.ts'
import type { Stage } from './stage.ts'
import { survey } from './survey.ts'
import { Walk } from './walk.ts'

export interface PlanOfRun {
  readonly plays: readonly Pick<PlayNode, 'name' | 'serial'>[]
  /** Each host's lists, one for each play: empty where the play does not select it. */
  readonly lists: ReadonlyMap<string, readonly Stage[]>
  /** The hosts that each play selects, in the inventory's order, reached or not. */
  readonly selected: readonly (readonly string[])[]
  readonly forks: number
}

/**
 * Runs plays one after the other; inside a play each host walks its own list, so many hosts at a time. Throws the mistake
 * of a check that shows before anything was asked: nothing has been changed then.
 */
export async function run(plan: PlanOfRun, scene: Scene): Promise<void> {
  const walks = new Map(
    [...plan.lists].map(([host, stages]) => [host, new Walk(scene.reach(host), stages, scene)]),
  )
  for (const walk of walks.values()) walk.begin()
  const [mistake] = (await Promise.all([...walks.values()].map(walk => walk.mistakes()))).flat()
  if (mistake !== undefined) throw mistake
  for (const [i, play] of plan.plays.entries()) {
    const hosts = (plan.selected[i] ?? []).flatMap(host => walks.get(host) ?? [])
    tell(scene, 'play', { play: play.name, hosts: hosts.map(({ host }) => host) })
    await runPlay(i, play, hosts, plan.forks, scene)
  }
}

async function runPlay(
  i: number,
  play: PlanOfRun['plays'][number],
  hosts: readonly Walk[],
  forks: number,
  scene: Scene,
): Promise<void> {
  const limit = pLimit(forks)
  let given: string | undefined
  for (const batch of batches(hosts, play)) {
    for (const walk of batch) {
      walk.ended ??= given
      walk.freshen()
    }
    const firsts = await Promise.all(
      batch.map(walk => limit(async () => [walk.host, await runHost(walk, i)] as const)),
    )
    for (const [host, first] of firsts) remember(scene.drifted, host, first)
    // As Ansible does: a batch of which nobody is left ends the play for those after it.
    if (batch.every(walk => walk.ended !== undefined)) given = 'every host of the batch before failed'
  }
}

function remember(drifted: Map<string, string>, host: string, first: string | undefined): void {
  if (first !== undefined && !drifted.has(host)) drifted.set(host, first)
}

/** One host, one play. Returns, in `--check`, the first task that would change. */
async function runHost(walk: Walk, i: number): Promise<string | undefined> {
  const stage = walk.stages[i]
  if (stage === undefined) return undefined
  if (walk.ended !== undefined) {
    skipRest(walk, stage, 0, walk.ended)
    return undefined
  }
  if (walk.scene.mode === 'check') return survey(walk, stage)
  await converge(walk, stage)
  return undefined
}
