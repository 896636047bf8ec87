import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BenchHost } from './fleet.ts'
import type { Command, Measured } from './measure.ts'
import type { Work } from './work.ts'

/** What a tool is to do to whom. */
export interface Job {
  readonly work: Work
  readonly hosts: readonly BenchHost[]
  /** The private key of root. */
  readonly key: string
  /** A known_hosts file of all of them. */
  readonly knownHosts: string
  /** Only look. */
  readonly dry: boolean
  /** The hosts are as the work wants them already: only for who does by hand what a tool finds out. */
  readonly converged: boolean
  /** A folder of the tool's own. */
  readonly folder: string
}

export interface Tool {
  readonly name: string
  /** One that takes minutes and is run less often. */
  readonly isPeer: boolean
  /** Whether it can do this at all, in bearable time. */
  can(scenario: string): boolean
  /** Writes its files. Returns how it is started. */
  prepare(job: Job): Promise<Command>
  /** What it told of itself: frames a host, connections. Throws if it did not do its work. */
  told(run: Measured): Told
}

export interface Told {
  /** Round trips a host after its login, where the tool tells. */
  readonly frames?: number
  /** Connections, all hosts together. */
  readonly connections?: number
  /** Changed tasks, all hosts together. */
  readonly changed?: number
}

/** Writes a file and the folders above it. */
export async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

/** Throws with a tool's own words unless it ended well. */
export function endedWell(name: string, { code, output }: Measured, ok: readonly number[] = [0]): void {
  if (code === null || !ok.includes(code))
    throw new Error(`${name} ended with ${code}:\n${output.slice(-3000)}`)
}
