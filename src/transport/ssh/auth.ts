import type { AnyAuthMethod, AuthenticationType, NextAuthHandler, Prompt } from 'ssh2'
import { LoginRefused } from '../../model/error.ts'
import { agentOfOne } from './agent.ts'
import type { Attempt, Credentials } from './credentials.ts'
import { printable, reason } from './reason.ts'

/** What {@link createAuth} needs to know. */
export interface AuthRules {
  readonly user: string
  /** For messages: `dgx01 (10.20.0.27)`. */
  readonly who: string
  readonly credentials: Credentials
  /** What must have happened before anything is offered; a rejection ends the login with that error. */
  readonly before: () => Promise<void>
  /** Called at most once, when nothing is left to offer or something makes offering more useless. */
  readonly refuse: (error: Error) => void
}

/** What decides, for one login, what is offered next. */
export interface Auth {
  /** For ssh2's `authHandler`: called first, and after every refusal. */
  handler(left: readonly AuthenticationType[] | null, partly: boolean | null, next: NextAuthHandler): void
  /** What was offered last; once we are in, this is what opened the door. */
  readonly last: Attempt | undefined
  /** Whether the server has refused something: from then on a cut is its answer, not an accident. */
  readonly wasRefused: boolean
  /** Makes the error of a login that ends here, `why` added. */
  refusal(why?: string): LoginRefused
  /** Remembers something that went wrong on the way, for the refusal. */
  note(what: string): void
}

/** Offers one thing after the other, each once, and only by methods that the server takes. */
export function createAuth({ user, who, credentials, before, refuse }: AuthRules): Auth {
  const queue = [...credentials.attempts]
  const tried: string[] = []
  const notes = [...credentials.notes]
  let methods: readonly AuthenticationType[] | undefined
  let last: Attempt | undefined
  let wasRefused = false
  let ready: Promise<void> | undefined

  function choose(): AnyAuthMethod | undefined {
    // "none" costs a round trip and no attempt, and tells what is taken: how a password is, or what else there is.
    if (!methods && (credentials.asks || queue[0]?.kind === 'password'))
      return { type: 'none', username: user }
    for (let next = queue.shift(); next; next = queue.shift()) {
      const method = offer(next, user, methods, prompts)
      if (!method) continue
      last = next
      tried.push(next.what)
      return method
    }
    return undefined
  }

  function prompts(count: number): void {
    refuse(
      auth.refusal(`the server asks ${count} questions instead of one password; use \`transport: openssh\``),
    )
  }

  const auth: Auth = {
    handler(left, partly, next) {
      if (left !== null) {
        methods = left
        wasRefused ||= tried.length > 0 && partly !== true
        if (partly === true) tried.push('which it took, but it wants more')
      }
      ready ??= before()
      ready
        .then(() => {
          const method = choose()
          if (method) next(method)
          else refuse(auth.refusal())
        })
        .catch((error: unknown) => refuse(error instanceof Error ? error : new Error(reason(error))))
    },
    get last() {
      return last
    },
    get wasRefused() {
      return wasRefused
    },
    refusal(why) {
      const what = [
        tried.length === 0 ? 'nothing to offer it' : `tried ${tried.join(', ')}`,
        ...(methods ? [`it takes ${methods.join(', ') || 'nothing'}`] : []),
        ...(why === undefined ? [] : [why]),
        ...notes,
      ]
      return new LoginRefused(`${who} does not let ${printable(user)} in: ${what.join('; ')}`, {
        hint: cure(user, credentials.attempts, methods),
        takes: methods,
      })
    },
    note: what => notes.push(what),
  }
  return auth
}

/** How ssh2 is to offer something; undefined: not by any method that the server takes. */
function offer(
  attempt: Attempt,
  username: string,
  methods: readonly AuthenticationType[] | undefined,
  tooMany: (prompts: number) => void,
): AnyAuthMethod | undefined {
  const takes = (method: AuthenticationType): boolean => !methods || methods.includes(method)
  switch (attempt.kind) {
    case 'key':
      return takes('publickey') ? { type: 'publickey', username, key: attempt.key } : undefined
    case 'agent': {
      if (!takes('publickey')) return undefined
      return { type: 'agent', username, agent: agentOfOne(attempt.socket, attempt.key) }
    }
    case 'password':
      if (takes('password')) return { type: 'password', username, password: attempt.password.reveal() }
      if (!takes('keyboard-interactive')) return undefined
      return {
        type: 'keyboard-interactive',
        username,
        prompt: answerOnce(attempt.password.reveal(), tooMany),
      }
  }
}

/** Answers one question with the password, once: a second one would be the same again, and count as another attempt. */
function answerOnce(password: string, tooMany: (prompts: number) => void) {
  let asked = 0
  return (
    _name: string,
    _text: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ) => {
    asked += prompts.length
    if (asked === 1) finish([password])
    else tooMany(asked)
  }
}

function cure(
  user: string,
  attempts: readonly Attempt[],
  methods: readonly AuthenticationType[] | undefined,
): string {
  if (attempts.length === 0) {
    return 'Name a key with `key:` or --key, load one into ssh-agent with ssh-add, or give a password with --ask-pass.'
  }
  const keys = attempts.some(({ kind }) => kind !== 'password')
  if (
    methods &&
    !methods.some(method => ['publickey', 'password', 'keyboard-interactive'].includes(method))
  ) {
    return 'Use `transport: openssh`, which knows more ways to log in.'
  }
  if (keys && methods && !methods.includes('publickey'))
    return 'Give a password with --ask-pass or `password:`.'
  return keys
    ? `Add the public key to ${printable(user)}'s authorized_keys on the host, or name another key or user.`
    : 'Check the user and the password, or name a key with `key:` or --key.'
}
