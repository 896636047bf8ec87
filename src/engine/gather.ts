import pLimit from 'p-limit'
import { RampartError } from '../model/error.ts'
import type { Session } from '../session/session.ts'
import type { HostStatus } from './events.ts'
import type { Scene } from './scene.ts'
import { tell } from './scene.ts'

/** The errors of one host that leave it out of the run, and how its status is told. Any other is a mistake that ends the run. */
const LEFT_OUT: Readonly<Record<string, HostStatus>> = {
  HostUnreachable: 'unreachable',
  ConnectionLost: 'unreachable',
  HostKeyRefused: 'refused',
  LoginRefused: 'refused',
  HostLocked: 'refused',
  BecomeRefused: 'refused',
  CheckFailed: 'refused',
}

/** Opens the sessions of these hosts, so many at a time. Those that cannot be had are told and left out. */
export async function gather(
  hosts: readonly string[],
  forks: number,
  open: (host: string) => Promise<Session>,
  scene: Pick<Scene, 'emit' | 'clock' | 'stop'>,
): Promise<ReadonlyMap<string, Session>> {
  const limit = pLimit(forks)
  const sessions = new Map<string, Session>()
  const mistakes: unknown[] = []
  const one = async (host: string): Promise<void> => {
    if (scene.stop.aborted || mistakes.length > 0) return
    try {
      const session = await open(host)
      sessions.set(host, session)
      tell(scene, 'host', { host, status: 'connected', address: session.hello.address })
    } catch (error) {
      // What fails while we leave, fails because we do.
      const status = leftOut(error) ?? (scene.stop.aborted ? 'unreachable' : undefined)
      if (status === undefined) mistakes.push(error)
      else tell(scene, 'host', { host, status, error: error as Error })
    }
  }
  await Promise.all(hosts.map(host => limit(one, host)))
  if (mistakes.length === 0) return sessions
  await Promise.all([...sessions.values()].map(session => session.close()))
  throw mistakes[0]
}

const leftOut = (error: unknown): HostStatus | undefined =>
  RampartError.is(error) ? LEFT_OUT[error.name] : undefined
