import type { Command, Probe } from '../../index.ts'
import { CheckFailed, mode, read, run, z } from '../../index.ts'
import { existingAccount } from '../parameters/account.ts'
import { exactMode, ownerAndGroup } from './attributes.ts'

/** The parameter for the attributes of all that is beneath a directory. */
export const treeAttributes = z
  .strictObject({
    owner: existingAccount().optional().describe('the user of all that is beneath'),
    group: existingAccount().optional().describe('the group of all that is beneath'),
    fileMode: mode().optional().describe('the mode of all files beneath'),
    directoryMode: mode().optional().describe('the mode of all directories beneath'),
  })
  .refine(given => Object.values(given).some(value => value !== undefined), {
    error: 'expected at least one of owner, group, fileMode, directoryMode',
  })

export type TreeAttributes = z.output<typeof treeAttributes>

/** How many entries beneath a directory differ from what is wanted of them. */
export interface Beneath {
  readonly count: number
  /** The path of one of them; empty if there are none. */
  readonly first: string
}

/** Counts what differs beneath a directory; none if that is not there. Throws a CheckFailed if find(1) could not look everywhere. */
export async function countBeneath(probe: Probe, path: string, wanted: TreeAttributes): Promise<Beneath> {
  const { stdout, stderr, code } = await probe.ask(
    read({
      timeout: 600,
    })`[ ! -d ${path} ] || [ -h ${path} ] || find ${path} -xdev -mindepth 1 \\( ${differing(wanted)} \\) -print0`,
  )
  if (code !== 0) {
    throw new CheckFailed(`${path} could not be looked through: ${stderr.trim().split('\n')[0]}`, {
      hint: 'The user must be allowed to look into all of it, and the owner and group must exist.',
    })
  }
  const names = stdout.split('\0').slice(0, -1)
  return { count: names.length, first: names[0] ?? '' }
}

/** Gives all that differs its owner, group and mode. */
export function cureBeneath(path: string, wanted: TreeAttributes): readonly Command[] {
  const { fileMode, directoryMode } = wanted
  const whose = ownerAndGroup(wanted)
  const find = read`find ${path} -xdev -mindepth 1`
  return [
    ...(whose === undefined ? [] : [run`${find} \\( ${foreign(wanted)} \\) -exec chown -h -- ${whose} {} +`]),
    ...(fileMode
      ? [run`${find} -type f ! -perm ${fileMode} -exec chmod -- ${exactMode(fileMode)} {} +`]
      : []),
    ...(directoryMode
      ? [run`${find} -depth -type d ! -perm ${directoryMode} -exec chmod -- ${exactMode(directoryMode)} {} +`]
      : []),
  ]
}

const differing = (wanted: TreeAttributes): Command<'read'> => {
  const { fileMode, directoryMode } = wanted
  return either([
    ...whose(wanted),
    ...(fileMode ? [read`-type f ! -perm ${fileMode}`] : []),
    ...(directoryMode ? [read`-type d ! -perm ${directoryMode}`] : []),
  ])
}

const foreign = (wanted: TreeAttributes): Command<'read'> => either(whose(wanted))

const whose = ({ owner, group }: TreeAttributes): readonly Command<'read'>[] => [
  ...(owner === undefined ? [] : [read`! -user ${owner}`]),
  ...(group === undefined ? [] : [read`! -group ${group}`]),
]

const either = (tests: readonly Command<'read'>[]): Command<'read'> =>
  read`${tests.flatMap((test, i) => (i === 0 ? [test] : [read`-o`, test]))}`
