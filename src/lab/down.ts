import { rm, rmdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Docker } from '../controller/docker.ts'
import { complaint, docker } from '../controller/docker.ts'
import { requireEngine } from './engine.ts'
import { LabError } from './error.ts'
import { findHosts } from './found.ts'
import { locked } from './lock.ts'
import { requireOwner } from './owner.ts'
import type { Lab, WhichLab } from './place.ts'
import { lab as labOf, ours } from './place.ts'
import type { Done, Say } from './steps.ts'
import { step } from './steps.ts'

export interface DownOptions extends WhichLab {
  readonly say?: Say | undefined
}

/**
 * Takes the lab down, whatever there is of it: containers, networks, volume and files. Images and what else took long
 * to get stay. Answers whether there was anything. Throws a LabError if something cannot be removed.
 */
export async function down(options: DownOptions = {}): Promise<boolean> {
  const lab = labOf(options)
  const say = options.say ?? (() => undefined)
  return locked(`lab ${lab.name}`, async () => {
    const engine = await requireEngine()
    requireOwner(lab, await findHosts(engine, lab))
    const kinds = [
      await step(say, 'hosts', () => remove(engine, lab, ['ps', '--all'], ['rm', '--force', '--volumes'])),
      await step(say, 'networks', () => remove(engine, lab, ['network', 'ls'], ['network', 'rm'])),
      await step(say, 'volumes', () => remove(engine, lab, ['volume', 'ls'], ['volume', 'rm', '--force'])),
      await step(say, 'files', () => removeFiles(lab)),
    ]
    return kinds.some(kind => kind.changed)
  })
}

/** Removes all of one kind that bears the lab's label. */
async function remove(
  engine: Docker,
  lab: Lab,
  list: readonly string[],
  removal: readonly string[],
): Promise<Done<undefined>> {
  const { stdout } = await docker(engine, [...list, '--quiet', ...ours(lab)])
  const ids = stdout.split('\n').filter(id => id !== '')
  if (ids.length === 0) return { value: undefined, changed: false }
  const { code, stderr } = await docker(engine, [...removal, ...ids])
  if (code !== 0 && !/no such/i.test(stderr)) {
    throw new LabError(`not all of the lab ${lab.name} can be removed: ${complaint(stderr)}`, {
      hint: 'Remove what uses it, then run `rampart lab down` again.',
    })
  }
  return { value: undefined, changed: true, detail: String(ids.length) }
}

/** Removes the lab's files by name, as labs with names of their own live in the same folder. */
async function removeFiles(lab: Lab): Promise<Done<undefined>> {
  const removed = await Promise.all(Object.values(lab.files).map(file => rm(file).then(() => true, absent)))
  await removeEmpty(lab.folder)
  // A lab with a name of its own leaves `.lab` itself to whoever is the last in it.
  if (basename(lab.folder) === lab.name) await removeEmpty(dirname(lab.folder))
  return { value: undefined, changed: removed.includes(true) }
}

function absent(error: NodeJS.ErrnoException): boolean {
  if (error.code === 'ENOENT') return false
  throw error
}

/** Removes a folder unless something of somebody else's is in it. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error
  })
}
