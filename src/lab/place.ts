import { join, resolve } from 'node:path'
import { UsageError } from '../model/error.ts'

/** Which lab is meant. */
export interface WhichLab {
  /** `--name`; the lab called `rampart` without it. */
  readonly name?: string | undefined
  /** Where `.lab/` is. Default: the current folder. */
  readonly cwd?: string | undefined
}

/** A lab's name and the files that belong to it. Nothing here says that it is up. */
export interface Lab {
  readonly name: string
  /** Absolute. `.lab/`, or `.lab/NAME/` of a lab that has a name of its own. */
  readonly folder: string
  readonly files: LabFiles
}

export type LabFiles = Readonly<Record<keyof typeof fileNames, string>>

/** What `up` writes, all of it. */
const fileNames = {
  inventory: 'inventory.yaml',
  key: 'key',
  publicKey: 'key.pub',
  knownHosts: 'known_hosts',
  sshConfig: 'ssh_config',
  /** Of the users that log in by password; one for all, made by chance for each lab. */
  password: 'password',
  /** Of the lab's own CA; only a lab with a world has one. */
  ca: 'ca.crt',
  /** Lets nodes into the lab's tailnet. */
  tailscaleKey: 'tailscale-auth-key',
  /** So that no key is ever committed, whatever the project around it ignores. */
  ignore: '.gitignore',
} as const

const ordinary = 'rampart'
/** A container's name allows more, but this is also the name of a folder, a network and a host's neighbour in DNS. */
const allowed = /^[a-z][a-z0-9-]{0,29}$/

/** The lab of that name. Throws a UsageError for a name that no container or folder can have. */
export function lab({ name = ordinary, cwd = process.cwd() }: WhichLab = {}): Lab {
  if (!allowed.test(name) || (Object.values(fileNames) as string[]).includes(name)) {
    throw new UsageError(`a lab cannot be called ${JSON.stringify(name)}`, {
      hint: 'Take lower-case letters, digits and hyphens, a letter first, 30 at most; not "key", not "password".',
    })
  }
  const folder = resolve(cwd, '.lab', name === ordinary ? '' : name)
  const files = Object.fromEntries(
    Object.entries(fileNames).map(([file, called]) => [file, join(folder, called)]),
  ) as LabFiles
  return { name, folder, files }
}

/** The labels by which everything of a lab is found again in the engine. */
export const labels = {
  lab: 'rampart.lab',
  host: 'rampart.lab.host',
  system: 'rampart.lab.system',
  /** `yes` or `online` on the hosts of a lab that has the internet in it. */
  world: 'rampart.lab.world',
  folder: 'rampart.lab.folder',
} as const

/** For `docker … --filter`: what belongs to this lab. */
export function ours({ name }: Lab): readonly string[] {
  return ['--filter', `label=${labels.lab}=${name}`]
}
