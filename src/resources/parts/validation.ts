import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { Command } from '../../index.ts'
import { read, run, z } from '../../index.ts'

/**
 * What must accept a file before it takes its place: a command with `%s` for its path, quoted for you
 * (`'visudo -cf %s'`), or a function from the path to a command.
 */
export type Validation = string | ((candidate: string) => Command)

/** The parameter for it. */
export function validation(): z.ZodType<Validation, Validation> {
  return z.custom<Validation>(
    value => typeof value === 'function' || (typeof value === 'string' && namesTheFile(value)),
    { error: "expected a command with %s for the file, a word of its own without quotes: 'visudo -cf %s'" },
  )
}

/** Quotes around `%s` would end where the path's own quotes begin. */
function namesTheFile(command: string): boolean {
  const places = (text: string): number => text.split('%s').length - 1
  const unquoted = command.replaceAll(/'[^']*'|"[^"]*"/g, '')
  return places(command) > 0 && places(unquoted) === places(command) && !/[^\s=:,]%s/.test(command)
}

/** Where a candidate stands while it is validated: beside its target, and always under the same name, so that none can pile up. */
export function candidateOf(path: string): string {
  const suffix = `.rampart-${createHash('sha256').update(path).digest('hex').slice(0, 6)}`
  let name = posix.basename(path)
  while (Buffer.byteLength(name) + 1 + suffix.length > 255) name = [...name].slice(0, -1).join('')
  return posix.join(posix.dirname(path), `.${name}${suffix}`)
}

/** Runs the validation on a candidate and removes that, whatever it said. Fails as the validation failed, with its words. */
export function validationStep(validate: Validation, path: string): Command {
  const candidate = candidateOf(path)
  const command = typeof validate === 'function' ? validate(candidate) : filledIn(validate, candidate)
  const { script, ...options } = command
  return run({ ...options, ok: [0] })`( ${{ script } as Command}
)
code=$?
rm -f -- ${candidate}
case " ${command.ok ?? [0]} " in *" $code "*) ;; *)
printf '%s\\n' ${`${path} was not written: its validation refused it`} >&2
( exit "$code" ) ;; esac`
}

/** `%s` becomes the path, quoted as the tag quotes. */
function filledIn(validate: string, path: string): Command {
  const parts = validate.split('%s')
  return read(Object.assign(parts, { raw: parts }), ...parts.slice(1).map(() => path))
}
