import {
  ConnectionLost,
  HostKeyRefused,
  HostUnreachable,
  InventoryError,
  LoginRefused,
} from '../../model/error.ts'
import type { NotArrived } from '../arrival.ts'
import { ShellEnded } from '../channel.ts'
import { lastWords } from '../noise.ts'
import { printable } from '../ssh/reason.ts'

/** Who was to be reached, for messages. */
export interface Wanted {
  /** `dgx01 (10.20.0.27)`. */
  readonly who: string
  /** As it is given to ssh. */
  readonly address: string
  /** The jump host before it; undefined: the inventory has none. */
  readonly jump: string | undefined
  /** Whether a password was given, which we have no use for. */
  readonly hasPassword: boolean
}

/** Cut before the login: another try may do. */
export class Interrupted extends HostUnreachable {}

/** What ssh says when all goes well, and what an sshd that logs to its terminal adds. */
const CHATTER =
  /^(?:Authenticated to |Transferred: |Bytes per second: |debug\d: |Connection closed by UNKNOWN port)/

const linesOf = (said: string): readonly string[] =>
  said
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '' && !CHATTER.test(line))

/**
 * Why ssh brought us to no shell, as an error with its cure: HostUnreachable ({@link Interrupted} if another try may do),
 * HostKeyRefused, LoginRefused, or an InventoryError if ssh cannot read its own files. ssh(1) ends with 255 for all of
 * them, so they are told by what it says, which it says in English in every locale.
 */
export function refusal(failed: NotArrived, wanted: Wanted): Error {
  const said = failed.said.stderr.toString()
  if (failed.end instanceof HostUnreachable) return noClient(failed.end)
  const code = failed.end instanceof ShellEnded ? failed.end.code : undefined
  if (code !== undefined && code !== 255)
    return noShell(`ended (exit code ${code}) without starting /bin/sh`, failed)
  if (failed.end === undefined && failed.isIn) return noShell('did not start /bin/sh in time', failed)
  const error = bySaid(said, wanted)
  if (error) return error
  if (failed.end === undefined) {
    return new HostUnreachable(`${wanted.who} did not finish the login in time${quoted(said)}`, {
      hint: 'Does something in its way ask a question? Try it: ssh -v with the same user and address.',
    })
  }
  return new Interrupted(`${wanted.who} cannot be reached${quoted(said) || ': ssh did not say why'}`, {
    cause: failed.end,
    hint: 'Its sshd, or something in between, hung up: look at its log (journalctl -u ssh).',
  })
}

/** How ssh lost a machine after the login, by its last words; undefined: it lost nothing, the far shell has ended. */
export function loss(code: number | undefined, said: string, who: string): Error | undefined {
  if (code !== 255) return undefined
  const words = linesOf(said).findLast(line =>
    /^(?:Connection to .* closed by remote host|Timeout, server .* not responding|client_loop: |Read from remote host|Connection (?:closed|reset) by|Received disconnect|Disconnected from|ssh_dispatch_run_fatal|.*(?:Broken pipe|Connection reset|Connection timed out|message authentication code incorrect))/.test(
      line,
    ),
  )
  // Without them it was a shell that a signal killed: ssh does not tell which.
  return words === undefined
    ? undefined
    : new ConnectionLost(`the connection to ${who} was lost: ${printable(words)}`)
}

function bySaid(said: string, wanted: Wanted): Error | undefined {
  if (
    /bad configuration option|Bad owner or permissions on|terminating, \d+ bad|unsupported option/i.test(said)
  ) {
    return new InventoryError(`ssh cannot use its configuration${quoted(said)}`, {
      hint: `Try it: ssh -G ${wanted.address}`,
    })
  }
  return keyRefused(said, wanted) ?? loginRefused(said, wanted) ?? unreachable(said, wanted)
}

/** Whether it was the jump host that did not let us through: the ssh behind it then hears nothing of its machine. */
const isOnTheWay = (said: string): boolean => /Connection closed by UNKNOWN port/.test(said)

/** Who it is about: the machine, or what is before it. */
function subject(said: string, { who, jump }: Wanted): { readonly before: string; readonly whom: string } {
  if (!isOnTheWay(said)) return { before: '', whom: who }
  return jump === undefined
    ? { before: `${who} is behind a proxy, and `, whom: 'it' }
    : { before: `${who} is behind ${jump}, and `, whom: jump }
}

function keyRefused(said: string, wanted: Wanted): HostKeyRefused | undefined {
  if (!/Host key verification failed|you have requested strict checking/.test(said)) return undefined
  const { before, whom } = subject(said, wanted)
  const [, file, line] = /^Offending .*key .*in (.+):(\d+)/m.exec(said) ?? []
  const at = file === undefined ? undefined : { file, line: Number(line) }
  if (/REVOKED HOST KEY|is marked as revoked|revoked by file/.test(said)) {
    const hint = 'Give the host a new key; nobody must trust this one.'
    return new HostKeyRefused(`${before}the host key of ${whom} is revoked`, { at, hint })
  }
  if (/IDENTIFICATION HAS CHANGED/.test(said)) {
    const [, shown = 'another one'] = /sent by the remote host is\s+(SHA256:\S+?)\.?\s/.exec(said) ?? []
    const removal = /^\s*(ssh-keygen -f .*)$/m.exec(said)?.[1] ?? `ssh-keygen -R ${wanted.address}`
    return new HostKeyRefused(`${before}the host key of ${whom} has changed: it showed ${shown}`, {
      at,
      hint: `Somebody may be in between. If the host was really set up anew: ${printable(removal)}`,
    })
  }
  const why = linesOf(said).find(each => /^(?:Certificate invalid|error: |.*certificate)/i.test(each))
  return new HostKeyRefused(
    `${before}the host key of ${whom} is not known to ssh${why === undefined ? '' : `: ${printable(why)}`}`,
    {
      hint: 'Log in once by hand and compare its fingerprint, or run once with --accept-new.',
    },
  )
}

function loginRefused(said: string, wanted: Wanted): LoginRefused | undefined {
  const denied = /^(?:\S+: )?Permission denied \((.*)\)\.?$/m.exec(said)
  if (!denied && !/Too many authentication failures|no more authentication methods/i.test(said))
    return undefined
  const { before, whom } = subject(said, wanted)
  const takes = denied?.[1] === undefined ? ': too many keys were tried' : `: it takes ${denied[1]}`
  const notes = linesOf(said).filter(line =>
    /^(?:Load key |Permissions .* are too open|sign_and_send_pubkey|.*agent refused operation|Received disconnect)/.test(
      line,
    ),
  )
  const password = wanted.hasPassword ? '; a password was given, and `transport: openssh` gives none' : ''
  const noted = notes.length > 0 ? ` (${printable(notes.join('; '))})` : ''
  return new LoginRefused(`${before}${whom} does not let us in${printable(takes)}${noted}${password}`, {
    hint: loginCure(said, wanted),
    takes: denied?.[1]?.split(','),
  })
}

function loginCure(said: string, { hasPassword }: Wanted): string {
  if (/UNPROTECTED PRIVATE KEY|are too open/.test(said))
    return 'Make the key readable by you alone: chmod 600.'
  if (/Too many authentication failures/.test(said)) return 'Name the one key to use with `key:` or --key.'
  if (hasPassword) return 'Use `transport: ssh` for a password, or name a key with `key:` or --key.'
  return 'Name the right user and key; a key with a passphrase must be in the agent (ssh-add), as nobody is asked. Try it: ssh -v.'
}

const UNREACHABLE: readonly (readonly [RegExp, string])[] = [
  [/Could not resolve hostname/, 'Check the name, or give an `address`.'],
  [/Connection refused/, 'Is its sshd running, and is the port right?'],
  [/administratively prohibited/, 'Allow TCP forwarding in the sshd_config of the jump host.'],
  [
    /Unable to negotiate/,
    'Its sshd and this ssh have nothing in common: upgrade one of them, or say more in ~/.ssh/config.',
  ],
  [
    /open failed: |connect to host .* port|Connection timed out|banner exchange/,
    'Is the address right, and does nothing in between drop our packets?',
  ],
]

function unreachable(said: string, { who, jump }: Wanted): HostUnreachable | undefined {
  for (const [pattern, hint] of UNREACHABLE) {
    const words = linesOf(said).find(line => pattern.test(line))
    if (words === undefined) continue
    const from = /open failed: /.test(words) ? ` from its jump host ${jump ?? ''}`.trimEnd() : ''
    const onTheWay = from === '' && isOnTheWay(said) && jump !== undefined ? ` through ${jump}` : ''
    const why = words.replace(/^ssh: |^channel \d+: (?:open failed: )?/, '')
    return new HostUnreachable(`${who} cannot be reached${from}${onTheWay}: ${printable(why)}`, { hint })
  }
  return undefined
}

function noClient(cause: HostUnreachable): HostUnreachable {
  if (!/ENOENT/.test(cause.message)) return cause
  return new HostUnreachable('there is no ssh on this machine, which `transport: openssh` needs', {
    cause,
    hint: "Install OpenSSH's client (apt install openssh-client), or use `transport: ssh`.",
  })
}

function noShell(what: string, { said }: NotArrived): LoginRefused {
  const stderr = Buffer.from(linesOf(said.stderr.toString()).join('\n'))
  const words = [lastWords(said.stdout), lastWords(stderr)].filter(text => text !== '')
  return new LoginRefused(
    `the login shell ${what}${words.length > 0 ? `; it said: ${words.join(' / ')}` : ''}`,
    {
      hint: 'Its login shell may be nologin or a restricted one (getent passwd), or one of its startup files exits or reads standard input.',
    },
  )
}

function quoted(said: string): string {
  const lines = linesOf(said)
  return lines.length === 0 ? '' : `: ${printable(lines.slice(-3).join('; '))}`
}
