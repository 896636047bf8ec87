import { VariableError } from './error.ts'
import { didYouMean } from './nearest.ts'
import type { Place } from './place.ts'
import type { z } from './schema.ts'
import { Secret } from './secret.ts'
import { unknownName } from './unknown-name.ts'

export interface Whose {
  /** The whole that the value is: `file({…})`, `ssh-hardening`. */
  readonly whole: string
  /** Whose it is, if that helps: a host. */
  readonly of?: string
  /** Where a value at a path inside the whole was written, or its name, if that is known. */
  readonly placeOf?: (path: readonly PropertyKey[], part: 'name' | 'value') => Place | undefined
  /** What to do about a value that is missing: where it can be set. */
  readonly cure?: (path: readonly PropertyKey[]) => string
}

/**
 * Holds a value against a schema and returns it complete with defaults. Throws a VariableError for the first thing
 * wrong, named by its path, and for names that the schema does not know: a misspelt one would silently leave the
 * default in force.
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, whose: Whose): z.output<S> {
  refuseUnknown(schema, value, whose)
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path ?? []
  const found = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  )
  const name =
    [whose.whole, ...path.map(String)].join('.') + (whose.of === undefined ? '' : ` of ${whose.of}`)
  throw new VariableError(
    found === undefined ? `${name} is missing` : `${name} is ${show(found, issue)}: ${because(issue)}`,
    {
      at: whose.placeOf?.(path, 'value'),
      hint: cure(found, path, whose),
    },
  )
}

function refuseUnknown(schema: z.ZodType, value: unknown, whose: Whose): void {
  const unknown = unknownName(schema, value)
  if (unknown === undefined) return
  const { path, name, known } = unknown
  throw new VariableError(`${[whose.whole, ...path.map(String)].join('.')} has no "${name}"`, {
    hint: didYouMean(name, known, 'It takes none.'),
    at: whose.placeOf?.([...path, name], 'name'),
  })
}

function cure(found: unknown, path: readonly PropertyKey[], whose: Whose): string | undefined {
  if (Secret.is(found)) return 'Write the value itself: what takes this one does not keep it secret.'
  return found === undefined ? whose.cure?.(path) : undefined
}

function because(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'it is refused'
  // Whose message is zod's own says more of each of its options.
  const all =
    issue.code === 'invalid_union' && issue.message === 'Invalid input'
      ? issue.errors.map(([first]) => first ?? issue)
      : []
  const messages = (all.length === 0 ? [issue] : all).map(({ message }) => message)
  return [...new Set(messages.map(message => message.replace(/^Invalid (?:input|option): /, '')))].join(
    '; or ',
  )
}

/** The value, unless it is a secret, or stands in the place of one and may well be the secret itself. */
function show(value: unknown, issue: z.core.$ZodIssue | undefined): string {
  if (Secret.is(value)) return 'a secret'
  if (issue?.code === 'custom' && issue.params?.['secret'] === true) return `a plain ${typeof value}`
  const text =
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ??
    typeof value
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
