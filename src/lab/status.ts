import { requireEngine } from './engine.ts'
import type { FoundHost } from './found.ts'
import { findHosts } from './found.ts'
import type { Lab, WhichLab } from './place.ts'
import { lab as labOf } from './place.ts'

/** What there is of a lab. */
export interface LabStatus {
  readonly name: string
  /** Of its inventory, key and the other files. */
  readonly folder: string
  /** Whether there are hosts and all of them run. */
  readonly up: boolean
  /** Empty when the lab is down. */
  readonly hosts: readonly FoundHost[]
}

/** Asks the engine what there is of the lab. Changes nothing. Throws a LabError when no engine answers. */
export async function status(which: WhichLab = {}): Promise<LabStatus> {
  const lab: Lab = labOf(which)
  const hosts = await findHosts(await requireEngine(), lab)
  const up = hosts.length > 0 && hosts.every(host => host.state === 'running')
  return { name: lab.name, folder: lab.folder, up, hosts }
}
