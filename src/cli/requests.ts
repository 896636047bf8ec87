import { UsageError } from '../model/error.ts'
import type { Mode } from '../model/outcome.ts'
import type { ListRequest, RunRequest, Selection } from '../run/request.ts'
import type { Typed } from './options.ts'

/** A run as it was asked for: the passwords have not been. */
export interface WantedRun {
  readonly request: Omit<RunRequest, 'password' | 'becomePassword'>
  readonly askPassword: boolean
  readonly askBecomePassword: boolean
}

/** How the output is wanted. */
export interface WantedOutput {
  readonly json: boolean
  readonly diffs: boolean
  readonly verbose: boolean
}

/** What a `run` asks for. Throws a UsageError for a value that makes no sense. */
export function wantedRun(typed: Typed): WantedRun {
  const { flags } = typed
  const mode: Mode = flags.has('check') ? 'check' : 'apply'
  return {
    request: {
      ...selection(typed),
      mode,
      forks: wholeNumber(typed, 'forks') ?? 32,
      user: one(typed, 'user'),
      key: one(typed, 'key'),
      become: flags.has('become'),
      acceptNew: flags.has('accept-new'),
      verbose: flags.has('verbose'),
    },
    askPassword: flags.has('ask-pass'),
    askBecomePassword: flags.has('ask-become-pass'),
  }
}

/** What a `list`, or a `run --list-…`, asks for; undefined if it is a run. */
export function wantedList(typed: Typed): ListRequest | undefined {
  const asked = (['hosts', 'tasks', 'tags'] as const).filter(what => typed.flags.has(`list-${what}`))
  if (asked.length > 1)
    throw new UsageError(`${asked.map(what => `--list-${what}`).join(' and ')} exclude each other`)
  if (asked.length === 0 && typed.command !== 'list') return undefined
  return { ...selection(typed), what: asked[0] ?? 'tasks' }
}

/** How the output is wanted. */
export function wantedOutput({ flags }: Typed): WantedOutput {
  return { json: flags.has('json'), diffs: flags.has('diff'), verbose: flags.has('verbose') }
}

/** A flag's one value; undefined without the flag. */
export function one({ flags }: Typed, name: string): string | undefined {
  return flags.get(name)?.[0]
}

/** A flag's value as a whole number from `least` on; undefined without the flag. */
export function wholeNumber(typed: Typed, name: string, least = 1): number | undefined {
  const text = one(typed, name)
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  throw new UsageError(`--${name} ${text} is no number from ${least} on`)
}

function selection(typed: Typed): Selection {
  return {
    playbooks: typed.operands,
    inventory: one(typed, 'inventory'),
    limit: list(typed, 'limit'),
    roles: list(typed, 'role'),
    tags: list(typed, 'tags'),
    skipTags: list(typed, 'skip-tags'),
    startAt: one(typed, 'start-at'),
    extraVars: extraVars(typed),
  }
}

/** Values separated by commas, or the flag given again, or both. */
export function list({ flags }: Typed, name: string): string[] {
  return (flags.get(name) ?? []).flatMap(text => {
    const values = text.split(',').map(value => value.trim())
    if (values.every(value => value === '')) throw new UsageError(`--${name} "${text}" names nothing`)
    return values.filter(value => value !== '')
  })
}

export function extraVars({ flags }: Typed): readonly string[] {
  const all = flags.get('extra-vars') ?? []
  for (const text of all) {
    if (/^(@.|[^=@\s]+=)/.test(text)) continue
    throw new UsageError(`--extra-vars "${text}" is neither NAME=VALUE nor @FILE`, {
      hint: 'One variable each: -e greeting=hello -e ssh-hardening.port=2222 -e @more.yaml',
    })
  }
  return all
}
