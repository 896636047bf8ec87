import { inspect } from 'node:util'
import { VariableError } from './error.ts'

const brand = Symbol.for('rampart.Secret')
const registry = Symbol.for('rampart.revealed')
const sheet = Symbol.for('rampart.sheet')
const MASK = '***'

/**
 * A string that every printer shows as `***`. It can flow only into a command's stdin and into a file's content.
 * A value given as a function is read when it is first needed, so that listing asks for no secret.
 */
export class Secret {
  readonly [brand] = true
  #value: string | (() => string)

  constructor(value: string | (() => string)) {
    this.#value = value
  }

  /** The secret in an environment variable of the controller. Revealing it throws a VariableError if that is unset or empty. */
  static env(name: string): Secret {
    return new Secret(() => {
      const value = process.env[name]
      if (!value)
        throw new VariableError(`the environment variable ${name} is not set`, {
          hint: `export ${name}=… before the run.`,
        })
      return value
    })
  }

  /** Known by a symbol and not by `instanceof`, as source and build may both be loaded. */
  static is(value: unknown): value is Secret {
    return typeof value === 'object' && value !== null && brand in value
  }

  /** The value itself. From then on the redactor knows it and masks it in everything that is printed. */
  reveal(): string {
    const open = (globalThis as Shared)[sheet]
    if (open) open.secret = true
    if (open?.draft) return MASK
    if (typeof this.#value === 'function') this.#value = this.#value()
    revealed().add(this.#value)
    return this.#value
  }

  toString(): string {
    return this.toJSON()
  }

  toJSON(): string {
    return (globalThis as Shared)[sheet] ? this.reveal() : MASK
  }
}

Object.defineProperty(Secret.prototype, inspect.custom, { value: () => 'Secret(***)' })

/** Text that may be secret. What prints it must ask. */
export type Text = string | Secret

/** The text itself, secret or not. */
export function reveal(text: Text): string {
  return typeof text === 'string' ? text : text.reveal()
}

/**
 * The content of a file that a function makes. Inside it a secret that becomes part of a string does so as itself rather
 * than as `***`, wherever it was in the data; then the whole is a Secret, and no secret is read before that one is. So the
 * function may run twice, and must not print.
 */
export function writing(write: () => string): Text {
  const draft = attempt(write, true)
  if (draft.secret && draft.text !== undefined) return new Secret(() => finished(attempt(write, false)))
  // Without the secrets it could not be made: with them it may, such as when one is JSON.
  return draft.secret ? new Secret(finished(attempt(write, false))) : finished(draft)
}

interface Sheet {
  /** Something secret came in. */
  secret: boolean
  /** Secrets come in as `***`: all that is asked is whether any does. */
  readonly draft: boolean
}

interface Attempt extends Sheet {
  readonly text?: string
  readonly error?: unknown
}

function attempt(write: () => string, draft: boolean): Attempt {
  const shared = globalThis as Shared
  const outer = shared[sheet]
  const inner: Sheet = { secret: false, draft }
  shared[sheet] = inner
  try {
    return { text: write(), ...inner }
  } catch (error) {
    return { error, ...inner }
  } finally {
    shared[sheet] = outer
  }
}

function finished({ text, error }: Attempt): string {
  if (text === undefined) throw error
  return text
}

/** What all copies of this module share, as source and build may both be loaded. */
interface Shared {
  [registry]?: Set<string>
  /** Set while content is made. */
  [sheet]?: Sheet | undefined
}

/** Every secret value that has been revealed in this process: what the redactor looks for. */
export function revealed(): Set<string> {
  const shared = globalThis as Shared
  shared[registry] ??= new Set()
  return shared[registry]
}
