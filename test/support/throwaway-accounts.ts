import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll } from 'vitest'

/** Names of users and groups of a test file, which are removed when it is through. The machine's own are never touched. */
export function throwawayAccounts(): { name: (of: string) => string } {
  const names: string[] = []
  afterAll(() => {
    for (const name of names) spawnSync('userdel', ['-r', name])
    for (const name of names) spawnSync('groupdel', [name])
  })
  return {
    name(of) {
      const name = `rampart-t-${process.pid % 100_000}-${of}`
      names.push(name)
      return name
    },
  }
}

/** One line of a database of the machine, as getent(1) prints it; empty if there is none. */
export function getent(database: 'passwd' | 'group' | 'shadow', name: string): string {
  const { status, stdout } = spawnSync('getent', [database, name], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : ''
}

export const groupsOf = (name: string): readonly string[] =>
  execFileSync('id', ['-Gn', name], { encoding: 'utf8' }).trim().split(' ').sort()
