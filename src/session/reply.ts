import { CheckFailed, ConnectionLost, StepFailed } from '../model/error.ts'
import type { Step, Steps } from '../model/plan.ts'
import { isUpload } from '../model/plan.ts'
import type { Reply } from '../model/probe.ts'
import type { Ending } from '../transport/transport.ts'

type Exited = Extract<Ending, { kind: 'exited' }>

/** What a command answered, decoded once: bytes that are not UTF-8 show as U+FFFD. */
export function toReply({ code, stdout, stderr }: Exited): Reply {
  return {
    code,
    get stdout() {
      return text(stdout)
    },
    stderr: text(stderr),
    bytes: stdout,
  }
}

const decoder = new TextDecoder()
const text = (bytes: Uint8Array): string => decoder.decode(bytes)

/** The error for a question that was not answered. */
export function unanswered(ending: Exclude<Ending, Exited>, script: string, seconds: number): Error {
  if (ending.kind === 'timed-out') {
    return new CheckFailed(`no answer within ${seconds} s to: ${excerpt(script)}`, {
      hint: 'If it may take longer, give the command a longer timeout.',
    })
  }
  if (ending.kind === 'signalled')
    return new ConnectionLost(`the remote shell was killed by ${ending.signal}`)
  return new ConnectionLost(`the connection was lost: ${ending.cause.message}`, { cause: ending.cause })
}

/** The error for an answer of which a part was dropped: nobody may take its rest for the whole. */
export function tooLong(script: string): CheckFailed {
  return new CheckFailed(`the answer is too long to be kept whole: ${excerpt(script)}`, {
    hint: 'Let the host choose what matters (head, grep, sha256sum).',
  })
}

/** The error for a mutation that failed: which of its steps, how, and what it said. */
export function stepFailed(reply: Reply, steps: Steps): StepFailed | ConnectionLost {
  const mark = STEP.exec(reply.stderr)
  if (mark === null && reply.code > 128) {
    return new ConnectionLost(`its shell was killed (exit ${reply.code}), and its end is not known`, {
      underWay: true,
    })
  }
  const step = mark ? steps[Number(mark[1])] : undefined
  // What the steps before it said stands in the same reply.
  const hidden = steps.slice(0, mark ? Number(mark[1]) + 1 : undefined).some(isSecret)
  const said = hidden ? '' : (mark ? reply.stderr.slice(0, mark.index) : reply.stderr).trim()
  const message = `${titleOf(step)} exited ${reply.code}${said === '' ? '' : `: ${said}`}`
  return new StepFailed(message, { ...(hidden ? {} : { reply }), hint: hintFor(said) })
}

/** Whether a step said that it failed (`_step` of the prelude). */
export const hasFailedStep = (reply: Reply): boolean => STEP.test(reply.stderr)

/** Whether a mutation was not begun because the one before it in its frame failed (`_after` of the prelude). */
export const wasSkipped = ({ code, stdout, stderr }: Reply): boolean =>
  code === 125 && stdout === '' && stderr === 'rampart-skipped\n'

/** Thrown by a write that was not begun because the one before it failed: nothing was changed. */
export class NotBegun extends Error {
  override name = 'NotBegun'
  constructor() {
    super('what was to be done before it failed')
  }
}

const STEP = /\n?rampart-step (\d+)\n$/

const isSecret = (step: Step): boolean => !isUpload(step) && step.secret === true

function titleOf(step: Step | undefined): string {
  if (step === undefined) return 'it could not be begun: it'
  return isUpload(step) ? `writing ${step.path}` : excerpt(step.script)
}

function hintFor(said: string): string | undefined {
  if (said.includes('No space left on device'))
    return 'The disk is full: see `df -h` and `df -i` on the host.'
  if (said.includes('Read-only file system'))
    return 'The file system is mounted read-only: see `findmnt` on the host.'
  if (said.includes('dpkg was interrupted')) return 'Repair it on the host: dpkg --configure -a'
  return undefined
}

/** A script for people: its first line, cut. */
export function excerpt(script: string): string {
  const [line = ''] = script.trim().split('\n')
  return line.length > 160 ? `${line.slice(0, 159)}…` : line
}
