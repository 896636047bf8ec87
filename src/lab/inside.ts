import { existsSync } from 'node:fs'
import { attached } from '../controller/command.ts'
import { UsageError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import { requireEngine } from './engine.ts'
import { LabError } from './error.ts'
import { findHosts } from './found.ts'
import type { Lab, WhichLab } from './place.ts'
import { lab as labOf } from './place.ts'

/**
 * Runs a command as root in a host of the lab, on our own standard streams, not through SSH: it works when nobody can
 * log in. Answers the command's exit code. Throws a UsageError for a host that the lab does not have.
 */
export async function exec(host: string, words: readonly string[], which: WhichLab = {}): Promise<number> {
  const { words: docker } = await requireEngine()
  const container = await containerThere(labOf(which), host)
  const terminal = process.stdin.isTTY && process.stdout.isTTY ? ['--tty'] : []
  return attached([...docker, 'exec', '--interactive', ...terminal, container, ...words])
}

/** Logs in on a host of the lab with `ssh`, as a person would; with words, runs them there. Answers ssh's exit code. */
export async function ssh(
  host: string,
  words: readonly string[] = [],
  which: WhichLab = {},
): Promise<number> {
  const lab = labOf(which)
  await containerThere(lab, host)
  if (!existsSync(lab.files.sshConfig)) throw notUp(lab)
  return attached(['ssh', '-F', lab.files.sshConfig, host, ...words])
}

async function containerThere(lab: Lab, host: string): Promise<string> {
  const hosts = await findHosts(await requireEngine(), lab)
  if (hosts.length === 0) throw notUp(lab)
  const found = hosts.find(({ name }) => name === host)
  if (found === undefined) {
    throw new UsageError(`the lab ${lab.name} has no host "${host}"`, {
      hint: didYouMean(
        host,
        hosts.map(({ name }) => name),
      ),
    })
  }
  if (found.state !== 'running') throw notUp(lab)
  return found.container
}

function notUp(lab: Lab): LabError {
  const name = lab.name === 'rampart' ? '' : ` --name ${lab.name}`
  return new LabError(`the lab ${lab.name} is not up`, { hint: `Bring it up: rampart lab up${name}` })
}
