import type { Query, Reply } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import { chunks, wordsQuery } from './words.ts'

/** One line of passwd(5), wherever the host has it from. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly comment: string
  readonly home: string
  readonly shell: string
}

/** A user by name; null if the host knows none. One `getent` for any number of users. */
export const accountOf: Query<string, Account | null> = wordsQuery<Account | null>({
  name: 'getent passwd',
  command: names => database('passwd', names),
  parse(reply, names) {
    const accounts = rows(reply, 7).map(([name = '', , uid, gid, comment = '', home = '', shell = '']) => ({
      ...{ name, uid: Number(uid), gid: Number(gid) },
      ...{ comment, home, shell },
    }))
    return names.map(name => accounts.find(account => account.name === name) ?? null)
  },
})

/** A group's number by its name; null if the host knows none. One `getent` for any number of groups. */
export const groupIdOf: Query<string, number | null> = wordsQuery<number | null>({
  name: 'getent group',
  command: names => database('group', names),
  parse(reply, names) {
    const ids = new Map(rows(reply, 4).map(([name = '', , gid]) => [name, Number(gid)]))
    return names.map(name => ids.get(name) ?? null)
  },
})

/** The groups of /etc/group that name a user as a member: those that usermod(8) can change. One `cat` for any number of users. */
export const groupsOf: Query<string, readonly string[]> = wordsQuery<readonly string[]>({
  name: '/etc/group',
  command: () => read`cat /etc/group`,
  parse(reply, names) {
    const groups = rows(reply, 4)
    return names.map(user =>
      groups.filter(([, , , members = '']) => members.split(',').includes(user)).map(([name = '']) => name),
    )
  },
})

/** Asks for some names of a database of nsswitch.conf(5), or, where there is no getent(1), for all of its file. */
function database(name: 'passwd' | 'group', names: readonly string[]) {
  const asked = chunks(names).map(chunk => read`getent ${name} ${chunk} || [ $? = 2 ] || exit\n`)
  return read`if command -v getent >/dev/null; then
${asked}else cat /etc/${name}; fi`
}

function rows(reply: Reply, fields: number): readonly (readonly string[])[] {
  if (reply.code !== 0) {
    throw new CheckFailed(`the host's accounts could not be asked for: ${reply.stderr.trim()}`, {
      hint: 'See /etc/nsswitch.conf on the host, and whether what it names there answers.',
    })
  }
  return reply.stdout
    .split('\n')
    .map(line => line.split(':'))
    .filter(row => row.length >= fields)
}
