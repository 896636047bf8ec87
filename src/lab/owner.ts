import { existsSync } from 'node:fs'
import { LabError } from './error.ts'
import type { FoundHost } from './found.ts'
import type { Lab } from './place.ts'

/**
 * Throws a LabError if these hosts belong to a lab of the same name in another folder, whose key and inventory they
 * have. If that folder is gone, so is its owner, and whoever asks may have them.
 */
export function requireOwner(lab: Lab, hosts: readonly FoundHost[]): void {
  const other = hosts.find(host => host.folder !== lab.folder && existsSync(host.folder))
  if (other === undefined) return
  throw new LabError(`the lab ${lab.name} is up already, and belongs to ${other.folder}`, {
    hint: 'Give this one a name of its own (--name NAME), or take that one down in its folder.',
  })
}
