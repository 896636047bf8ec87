import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Docker, DockerFound } from '../controller/docker.ts'
import { findDocker } from '../controller/docker.ts'
import { engineComplaint, engineInstalled, hasSystemd, startEngine } from '../controller/engine-daemon.ts'
import { privilege } from '../controller/privilege.ts'
import { cacheFolder } from './cache.ts'
import { LabError } from './error.ts'
import type { Means } from './install.ts'
import { install } from './install.ts'
import type { Done } from './steps.ts'
import { step } from './steps.ts'

/** A started engine answers within a few seconds; on a machine under load, within this. */
const patience = 60_000

/** The engine, as it is. Throws a LabError with the remedy if there is none that answers us. */
export async function requireEngine(): Promise<Docker> {
  const found = await findEngine()
  if (found.kind === 'ready') return found.docker
  throw missing(found)
}

/** An engine that answers, and the way to ask it. */
export type ReadyEngine = Extract<DockerFound, { kind: 'ready' }>

/** The engine, with `install: true` installed and started if need be. */
export async function ensureEngine({ install: mayInstall, say }: Means): Promise<ReadyEngine> {
  const { value } = await step(say, 'Docker engine', async (): Promise<Done<ReadyEngine>> => {
    const found = await findEngine()
    if (found.kind === 'ready') return { value: found, changed: false, detail: about(found) }
    if (!mayInstall || found.kind === 'no-permission') throw missing(found)
    if (!engineInstalled()) await install(['docker.io'], say)
    const started = await start()
    return { value: started, changed: true, detail: `started, ${about(started)}` }
  })
  return value
}

/** The engine by this user's own right, else through a sudo that asks nothing. */
async function findEngine(): Promise<DockerFound> {
  const own = await findDocker()
  if (own.kind !== 'no-permission' || (await privilege()) !== 'sudo') return own
  const throughSudo = await findDocker({ words: ['sudo', 'docker'] })
  return throughSudo.kind === 'ready' ? throughSudo : own
}

async function start(): Promise<ReadyEngine> {
  const log = join(await cacheFolder(), 'dockerd.log')
  const started = await startEngine(log)
  const until = performance.now() + patience
  while (started.code === 0 && performance.now() < until) {
    const found = await findEngine()
    if (found.kind === 'ready') return found
    if (found.kind === 'no-permission') throw missing(found)
    if (!hasSystemd() && (await engineGone(log))) break
    await sleep(250)
  }
  const said = started.stderr.trim() || (await engineComplaint(log))
  throw new LabError(`the Docker engine does not start: ${said || 'it says nothing'}`, {
    hint: hasSystemd() ? 'See `journalctl -u docker`.' : `Its log is ${log}.`,
  })
}

/** An engine that gave up has said so in its log and left no process id. */
async function engineGone(log: string): Promise<boolean> {
  return !existsSync('/var/run/docker.pid') && /failed to start|level=fatal/.test(await engineComplaint(log))
}

function about({ docker, engine }: ReadyEngine): string {
  const slow = engine.driver === 'vfs' ? ', slow and large, as this kernel offers no overlay' : ''
  const sudo = docker.words[0] === 'sudo' ? ', through sudo' : ''
  return `${engine.version}, ${engine.driver}${slow}${sudo}`
}

function missing(found: Exclude<DockerFound, ReadyEngine>): LabError {
  switch (found.kind) {
    case 'no-permission':
      return new LabError(`this user may not use the Docker engine: ${found.said}`, {
        hint: 'Join its group with `sudo usermod -aG docker "$USER"` and log in again, or run this as root.',
      })
    case 'no-client':
      return new LabError('the lab needs a Docker engine, and there is none on this machine', {
        hint: 'Let it be installed by `rampart lab up --install`, or `sudo apt-get install docker.io`.',
      })
    case 'no-engine':
      return notRunning(found.said)
  }
}

function notRunning(said: string): LabError {
  if (!engineInstalled()) {
    return new LabError(`there is a Docker client but no engine: ${said}`, {
      hint: 'Let one be installed by `rampart lab up --install`, or `sudo apt-get install docker.io`.',
    })
  }
  const command = hasSystemd() ? 'sudo systemctl start docker' : 'sudo dockerd'
  return new LabError(`the Docker engine is not running: ${said}`, {
    hint: `Let it be started by \`rampart lab up --install\`, or \`${command}\`.`,
  })
}
