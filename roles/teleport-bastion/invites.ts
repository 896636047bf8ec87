import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Secret } from 'rampart'
import type { Variables } from './variables.ts'

/** Where the link of a user is put, on the machine that rampart runs on. */
export function inviteFile({ invites, cluster_name }: Variables, user: string): string {
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state')
  return join(invites ?? join(state, 'rampart/invites'), `${cluster_name}-${user}`)
}

/** Makes sure that a link can be kept there, before there is one that would be lost. */
export async function readyInviteFile(path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  await writeFile(`${path}.new`, '', { mode: 0o600 })
  await chmod(`${path}.new`, 0o600)
}

/** Takes the link out of what tctl printed and puts it there, where only its owner reads it: nobody else is told. */
export async function keepInvite(path: string, printed: string): Promise<void> {
  const [link = ''] = /https:\/\/\S+\/web\/(?:invite|reset)\/\S+/.exec(printed) ?? []
  // From here on it is masked in everything that is printed.
  const text = new Secret(link === '' ? printed : link).reveal()
  await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
