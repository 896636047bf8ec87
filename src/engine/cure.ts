import type { ConnectedHost } from '../model/host.ts'
import type { Step, Steps } from '../model/plan.ts'
import { isUpload } from '../model/plan.ts'
import type { Reply } from '../model/probe.ts'
import type { WriteOptions } from '../session/session.ts'
import { connectedHost } from './connected.ts'
import { sayOutput } from './say.ts'
import type { Walk } from './walk.ts'

/** Who cures: a task or a handler. */
export interface Curer {
  /** Its name, for errors and for what it prints. */
  readonly name: string
  /** The other hosts that it acts on. */
  readonly on: readonly string[]
  readonly write: WriteOptions
  /** Called each time it has changed something. */
  readonly wrote: () => void
}

/** Runs data steps. They are on their way when this returns, so what is asked in the same turn comes after them. */
export async function cureBySteps(walk: Walk, steps: Steps, curer: Curer): Promise<void> {
  const { scene, session } = walk
  scene.writes.count++
  try {
    tellOf(walk, curer)(walk.host, await session.write(steps, curer.write), steps.some(isSecret))
  } finally {
    scene.writes.count++ // who looked while it was under way may have looked too early
  }
}

/** Lets a function act on the host, and on others that it names. */
export async function cureByHand(
  walk: Walk,
  apply: (host: ConnectedHost<string>) => Promise<void>,
  curer: Curer,
): Promise<void> {
  const { scene, session } = walk
  const { name: task, on, write } = curer
  scene.writes.count++
  try {
    await apply(connectedHost(session, { task, on, reach: scene.reach, write, wrote: tellOf(walk, curer) }))
  } finally {
    scene.writes.count++
    session.refresh() // it may have changed what no write of ours shows, such as a service elsewhere
  }
}

/** Tells what a write printed, unless it is secret. */
const tellOf =
  (walk: Walk, { name, wrote }: Curer) =>
  (host: string, reply: Reply, secret: boolean): void => {
    wrote()
    if (!secret) sayOutput(walk, host, name, reply)
  }

const isSecret = (step: Step): boolean => !isUpload(step) && step.secret === true
