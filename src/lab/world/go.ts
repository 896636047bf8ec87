import { command } from '../../controller/command.ts'
import type { Means } from '../install.ts'
import { install } from '../install.ts'

/** From 1.21 on, Go fetches the toolchain that a module asks for by itself. */
const least: readonly [number, number] = [1, 21]

/** Answers undefined when there is a Go that will do, installed now if that is allowed, and why not when there is none. */
export async function ensureGo(means: Means): Promise<string | undefined> {
  const lacking = await lacks()
  if (lacking === undefined || !means.install || !(await installable())) return lacking
  await install(['golang-go'], means.say)
  return lacks()
}

async function lacks(): Promise<string | undefined> {
  const { code, stdout } = await command(['go', 'version'])
  const wanted = `${least.join('.')} or newer builds it`
  if (code !== 0) return `there is no Go on this machine (${wanted})`
  const version = /\bgo(\d+)\.(\d+)/.exec(stdout)
  return newEnough(version) ? undefined : `this machine’s Go is too old (${wanted}): ${stdout.trim()}`
}

/** Whether apt would install one that is new enough. */
async function installable(): Promise<boolean> {
  const { stdout } = await command(['apt-cache', 'policy', 'golang-go'])
  return newEnough(/Candidate: (?:\d+:)?(\d+)\.(\d+)/.exec(stdout))
}

function newEnough(version: RegExpExecArray | null): boolean {
  if (version === null) return false
  const [major, minor] = [Number(version[1]), Number(version[2])]
  return major > least[0] || (major === least[0] && minor >= least[1])
}
