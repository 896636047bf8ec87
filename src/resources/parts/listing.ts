import { isUtf8 } from 'node:buffer'
import type { Probe } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'

/** What is in a folder of the host, by its path beneath that. */
export interface Listing {
  readonly directories: readonly string[]
  /** Files, links and all else. */
  readonly others: readonly string[]
}

/** Lists all that is beneath a folder, on the same file system; nothing if it is not there. Throws a CheckFailed if find(1) could not look everywhere. */
export async function listingOf(probe: Probe, path: string): Promise<Listing> {
  const find = read`find ${path} -xdev -mindepth 1`
  const { bytes, stderr, code } = await probe.ask(
    read({
      timeout: 600,
    })`[ ! -d ${path} ] || [ -h ${path} ] || { ${find} -type d -print0 && printf ${'\\0'} && ${find} ! -type d -print0; }`,
  )
  if (code !== 0) {
    throw new CheckFailed(`${path} could not be looked through: ${stderr.trim().split('\n')[0]}`, {
      hint: 'The user must be allowed to look into all of it.',
    })
  }
  if (!isUtf8(bytes)) {
    throw new CheckFailed(`something in ${path} has a name that is not UTF-8`, {
      hint: 'Rename it on the host, or do not set delete.',
    })
  }
  const names = Buffer.from(bytes).toString().split('\0').slice(0, -1)
  const middle = names.indexOf('')
  const beneath = (all: readonly string[]) => all.map(name => name.slice(path.length + 1))
  if (middle < 0) return { directories: [], others: [] }
  return { directories: beneath(names.slice(0, middle)), others: beneath(names.slice(middle + 1)) }
}
