import type { Command, CommandOptions } from '../../index.ts'
import { read, reveal, Secret } from '../../index.ts'

/** How a repository elsewhere is reached. */
export interface GitAccess {
  /** A file of the host, or the private key itself. */
  readonly key: string | Secret | undefined
  /** Lines of known_hosts. Undefined: the host's own files. */
  readonly knownHosts: readonly string[] | undefined
  readonly username: string | undefined
  readonly password: Secret | undefined
  /** As whom, by su(1). */
  readonly user: string | undefined
}

/** A script and what it is to be run with. */
export interface GitScript {
  readonly script: Command<'read'>
  readonly options: CommandOptions
}

/**
 * Makes of a script one in which `git` reaches the repository: asks nobody anything, gives up on who does not answer,
 * and has the key or the password, which come by stdin and are in no argument, no environment and no file. A key is
 * held by an agent that ends with the script (ssh-agent(1)); a password is handed over once, by a helper that reads it
 * (gitcredentials(7)).
 */
export function reaching(access: GitAccess, script: Command<'read'>): GitScript {
  const { key, password, user } = access
  const whole = read`export LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_ASKPASS= SSH_ASKPASS= GIT_SSH_COMMAND=${sshCommand(access).script}
${password === undefined ? read`` : helper(access)}${script}`
  const withKey = Secret.is(key) ? inAgent(whole) : whole
  const placed = user === undefined ? withKey : asUser(user, withKey)
  const secret = Secret.is(key) ? withNewline(key) : password
  return { script: placed, options: secret === undefined ? {} : { stdin: secret } }
}

function sshCommand({ key, knownHosts }: GitAccess): Command<'read'> {
  const options = [
    ...['BatchMode=yes', 'ConnectTimeout=20', 'ServerAliveInterval=15', 'StrictHostKeyChecking=yes'],
    // ssh_config(5): a command is split as by a shell, and % begins a token.
    ...(knownHosts === undefined
      ? []
      : [
          'UserKnownHostsFile=none',
          'GlobalKnownHostsFile=none',
          `KnownHostsCommand=/usr/bin/printf %%s\\n ${knownHosts.map(line => `'${line}'`).join(' ')}`,
        ]),
    ...(Secret.is(key) ? ['IdentityFile=none'] : []),
    ...(typeof key === 'string' ? [`IdentityFile=${key}`, 'IdentitiesOnly=yes', 'IdentityAgent=none'] : []),
  ]
  return read`ssh ${options.flatMap(option => ['-o', option])}`
}

/** The first, empty one takes away those that the host has. A function, as git is called more than once. */
function helper({ username = 'git' }: GitAccess): Command<'read'> {
  const answer = read`!f() { [ "$1" != get ] || { printf 'username=%s\\npassword=' ${username}; cat <&3; echo; }; }; f`
  return read`exec 3<&0 </dev/null
git() { command git -c credential.helper= -c credential.helper=${answer.script} "$@"; }
`
}

const inAgent = (script: Command<'read'>): Command<'read'> =>
  read`ssh-agent sh -c ${`ssh-add -q - || exit\nexec </dev/null\n${script.script}`}`

const asUser = (user: string, script: Command<'read'>): Command<'read'> =>
  read`[ "$(id -u)" = 0 ] || { echo 'only root may act as another user' >&2; exit 126; }
su -s /bin/sh -c ${script.script} ${user}`

/** Without its last newline a key is none for ssh-add(1). */
const withNewline = (key: Secret): Secret => new Secret(() => reveal(key).replace(/\s*$/, '\n'))
