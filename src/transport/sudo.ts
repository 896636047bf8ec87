import { BecomeRefused } from '../model/error.ts'
import { quote } from '../model/quote.ts'
import type { Become } from '../model/route.ts'
import { AWAIT, program } from './loader.ts'

/** What `bootstrap` tells us of itself: the code of a mark of script 0. */
export const STAGE = { greeted: 0, begun: 1, passwordWanted: 2, refused: 3, noSudo: 4 } as const

/** Sudo's prompt, on stderr. */
export const asks = (token: string): string => `${token}-p`

/**
 * What the shell says on stdout once the password was right. Not the prompt, as sudo repeats the command, and this in
 * it, on stderr when it does not allow it.
 */
export const accepts = (token: string): string => `${token}-a`

/**
 * The line for `AWAIT` that becomes another user and then awaits the next line, the driver, as that user. Who is that
 * user already, or may become it without a password, has cost no turn: what was sent behind this line is read then.
 *
 * If sudo wants the password, the rest of the input up to a line with the nonce is thrown away (nothing of it was
 * begun), so that sudo reads nothing but what we send when its prompt shows. sudo(8): `-n` never prompts, `-S` reads
 * the password from standard input, `-p` sets the prompt. Root where there is no sudo takes su(1).
 *
 * @param token For `asks` and `accepts`. A local user can read it in the process list; it opens nothing.
 */
export function bootstrap(nonce: string, token: string, become: Become, sh: string): string {
  const say = (stage: number): string =>
    `printf "${nonce} 0 ${stage}\\n" && printf "${nonce} 0 ${stage}\\n" >&2 || exit 1`
  const command = (first: string): string => `-H -u "$__u" -- ${sh} -c ${quote(first)}`
  const withPassword = [
    say(STAGE.passwordWanted),
    `while :; do IFS= read -r x || exit 1; [ "$x" != ${nonce} ] || break; done`,
    `exec sudo -S -p ${asks(token)} ${command(`printf ${accepts(token)}; ${AWAIT}`)}`,
  ]
  const refused = ['printf "%s\\n" "$__m" >&2', say(STAGE.refused), 'exit 1']
  return program(
    say(STAGE.begun),
    `__u=${quote(become.user)}`,
    `if [ "$(id -u)" = "$(id -u "$__u" 2>/dev/null)" ]; then ${AWAIT}; exit`,
    'elif command -v sudo >/dev/null',
    `then __m=$(sudo -n ${command(':')} 2>&1 </dev/null) && exec sudo -n ${command(AWAIT)}`,
    ...(become.password === undefined ? refused : withPassword),
    `elif [ "$(id -u)" = 0 ]; then exec su -s ${sh} -c ${quote(AWAIT)} -- "$__u"`,
    `else ${say(STAGE.noSudo)}; exit 1`,
    'fi',
  )
}

/** How far sudo has come when it ends without a shell. */
export interface Attempt {
  readonly become: Become
  /** How often it asked for the password. */
  readonly prompts: number
  /** The last it wrote to stderr, in the C locale, fit to be shown. */
  readonly said: string
}

/** There is neither sudo nor root. */
export function noSudo({ user }: Become): BecomeRefused {
  return new BecomeRefused(`cannot become ${user}: there is no sudo on this host`, {
    hint: `Install sudo there, or connect as ${user}.`,
  })
}

/** Why sudo did not do it, with the cure. */
export function refusal({ become, prompts, said }: Attempt): BecomeRefused {
  const { user } = become
  if (prompts > 1) {
    return new BecomeRefused(`cannot become ${user}: sudo refused the password`, {
      hint: 'Give the right one with --ask-become-pass or become_password. It was tried once.',
    })
  }
  const known = REASONS.find(({ pattern }) => pattern.test(said))
  return new BecomeRefused(
    known
      ? `cannot become ${user}: ${known.reason}`
      : `cannot become ${user}: sudo failed${said && `; it said: ${said}`}`,
    { hint: known?.hint ?? 'Try `sudo -n true` on the host as the login user.' },
  )
}

/** Sudo's and sudo-rs's own words in the C locale. */
const REASONS = [
  {
    pattern: /password is required|authentication is required/,
    reason: 'sudo wants a password and none was given',
    hint: 'Give it with --ask-become-pass or become_password, or allow the user NOPASSWD in sudoers.',
  },
  {
    pattern: /must have a tty/,
    reason: 'sudo wants a terminal (requiretty)',
    hint: 'Put `Defaults:USER !requiretty`, with the login user, into a file of /etc/sudoers.d.',
  },
  {
    pattern: /unknown user|does not exist|user '.*' not found/,
    reason: 'there is no such user on this host',
    hint: 'Create the user first, or correct `become`.',
  },
  {
    pattern: /not in the sudoers|not allowed|may not run/,
    reason: 'sudo does not allow it to the login user',
    hint: 'Allow it in sudoers, or connect as another user.',
  },
  {
    pattern: /no password was provided|incorrect password/,
    reason: 'sudo refused the password',
    hint: 'Give the right one with --ask-become-pass or become_password.',
  },
] as const

/** Counts how often a token comes by in a stream, over the borders of its chunks. */
export class Needle {
  readonly #token: Buffer
  #held: Buffer = Buffer.alloc(0)

  constructor(token: string) {
    this.#token = Buffer.from(token)
  }

  count(chunk: Buffer): number {
    const data = Buffer.concat([this.#held, chunk])
    let found = 0
    let from = 0
    for (let at = data.indexOf(this.#token); at !== -1; at = data.indexOf(this.#token, from)) {
      found++
      from = at + this.#token.length
    }
    this.#held = Buffer.from(data.subarray(Math.max(from, data.length - this.#token.length + 1)))
    return found
  }
}
