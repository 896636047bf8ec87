import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'
import type { Command } from '../model/command.ts'
import { PlaybookError } from '../model/error.ts'
import type { Step, Upload } from '../model/plan.ts'
import { isUpload } from '../model/plan.ts'
import { quote } from '../model/quote.ts'
import { reveal, Secret } from '../model/secret.ts'
import type { Payload } from '../transport/transport.ts'
import { deadline } from './deadlines.ts'

/** Several steps as one script for the functions of the prelude: each runs only if the one before it succeeded. */
export interface Mutation {
  readonly text: string
  readonly stdin: readonly Payload[]
  /** Milliseconds, for all steps together. */
  readonly timeout: number
  /** What one of them prints is for nobody else. */
  readonly secret?: boolean
  /** They print nothing, unless they fail. */
  readonly silent?: boolean
  /** Milliseconds that the host may be away, as it reboots; 0 if it does not. */
  readonly absence: number
}

/** Puts steps into one script. `unit` begins the names of the transient units of its long ones. */
export function compose(steps: readonly Step[], unit: string): Mutation {
  if (steps.slice(0, -1).some(reboots)) {
    throw new PlaybookError('a step is to follow one that reboots the host, which never comes to it', {
      hint: 'Make it a task of its own, after this one.',
    })
  }
  const parts = steps.map((step, i) => (isUpload(step) ? upload(step) : command(step, `${unit}-${i}`)))
  const lines = parts.map(({ text, stdin }, i) => {
    // An upload is all or nothing.
    const how = steps[i] && isUpload(steps[i] as Step) ? ` '${i === 0 ? 'untouched' : ''}' here` : ''
    const line = `_step ${i} ${quote(text)} ${quote(okCodes(steps[i]))}${how}`
    return stdin.length === 0 ? `${line} </dev/null` : line
  })
  return {
    text: lines.join('\n'),
    stdin: parts.flatMap(part => part.stdin),
    secret: steps.some(step => !isUpload(step) && step.secret === true),
    silent: steps.every(isUpload),
    timeout: parts.reduce((sum, part) => sum + part.timeout, 0),
    absence: parts.at(-1)?.absence ?? 0,
  }
}

/** What a command reads from its standard input, as bytes. */
export function stdinOf({ stdin }: Pick<Command, 'stdin'>): readonly Payload[] {
  if (stdin === undefined) return []
  return [stdin instanceof Uint8Array ? stdin : Buffer.from(reveal(stdin))]
}

/** Whether a step reboots the host. */
export const reboots = (step: Step): boolean => !isUpload(step) && step.reboot === true

const okCodes = (step: Step | undefined): string =>
  step === undefined || isUpload(step) ? '0' : (step.ok ?? [0]).join(' ')

function command(step: Command, unit: string): Mutation {
  const stdin = stdinOf(step)
  const timeout = deadline('write', step)
  const absence = step.reboot ? timeout : 0
  const text = textOf(step, unit)
  if (stdin.length === 0) return { text, stdin, timeout, absence }
  return { text: `_fed ${sizeOf(stdin)} ${quote(text)}`, stdin, timeout, absence }
}

function textOf({ script, unit: isUnit, reboot }: Command, unit: string): string {
  if (reboot) return `_reboot ${quote(script)}`
  return isUnit ? `_unit ${quote(unit)} ${quote(script)}` : script
}

function upload({ path, content, mode, owner, group }: Upload): Mutation {
  if (!path.startsWith('/') || path.endsWith('/')) {
    throw new PlaybookError(`a file is to be written to "${path}", which is not an absolute path of a file`)
  }
  const small = smallText(content)
  const stdin = small === undefined ? [contentOf(content)] : []
  const whose = group === undefined ? (owner ?? '') : `${owner ?? ''}:${group}`
  const [candidate, stale] = candidateOf(path)
  const words = [
    path,
    candidate,
    mode,
    whose,
    String(sizeOf(stdin)),
    stale,
    ...(small === undefined ? [] : [small]),
  ]
  return {
    text: `_put ${words.map(quote).join(' ')}`,
    stdin,
    timeout: deadline('write', {}),
    absence: 0,
  }
}

/**
 * The temporary name beside a target, and what all such names of it begin with; cut short where the whole would be
 * longer than a name may be (NAME_MAX, 255 bytes).
 */
function candidateOf(path: string): readonly [candidate: string, beginning: string] {
  const random = randomBytes(3).toString('hex')
  const room = 255 - '..rampart-'.length - random.length
  let name = basename(path)
  while (Buffer.byteLength(name) > room) name = name.slice(0, -1)
  const beginning = `${dirname(path) === '/' ? '' : dirname(path)}/.${name}.rampart-`
  return [beginning + random, beginning]
}

/** Up to how many characters of content travel in the script: quoted in each of its layers, `'` becomes longer. */
const SMALL = 16_384

/** Content that the far sh can write by itself, which saves it three processes: short text, and no secret. */
function smallText(content: Upload['content']): string | undefined {
  if (typeof content !== 'string' || content.length === 0 || content.includes('\0')) return undefined
  return content.length + 100 * (content.split("'").length - 1) <= SMALL ? content : undefined
}

function contentOf(content: Upload['content']): Payload {
  if (typeof content === 'string' || Secret.is(content)) return Buffer.from(reveal(content))
  if (content instanceof Uint8Array) return content
  return { source: content.source, size: statSync(content.source).size }
}

const sizeOf = (stdin: readonly Payload[]): number =>
  stdin.reduce((sum, part) => sum + (part instanceof Uint8Array ? part.byteLength : part.size), 0)
