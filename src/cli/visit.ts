import { showError } from '../model/error.ts'
import type { Report } from '../run/report.ts'
import type { AbortSignals } from '../run/request.ts'
import type { VisitRequest } from '../run/visit.ts'
import { passwords } from './ask.ts'
import type { Typed } from './options.ts'
import { wantedRun } from './requests.ts'
import { catchInterrupts } from './signals.ts'
import type { World } from './world.ts'

/** What became of one host. */
interface HostTold {
  readonly host: string
  readonly error?: Error
}

/** A command that goes to hosts without a playbook. */
export interface Visiting<T extends HostTold> {
  readonly go: (
    request: VisitRequest,
    hear: (told: T) => void,
    warn: (message: string) => void,
    signals: AbortSignals,
  ) => Promise<number>
  /** Of a host that answered: its JSON object. */
  readonly json: (told: T) => object
  /** Its lines for people; `failed` are those of why it did not answer. */
  readonly text: (told: T, failed: readonly string[] | undefined) => readonly string[]
}

/** Logs in as a run does and tells of each host as soon as it has answered. Answers the exit code. */
export async function visitCommand<T extends HostTold>(
  typed: Typed,
  report: Report,
  world: World,
  { go, json, text }: Visiting<T>,
): Promise<number> {
  const { request, ...asking } = wantedRun(typed)
  const isJson = typed.flags.has('json')
  const interrupts = catchInterrupts(world.process, report.note, () => world.exit(130))
  try {
    const pattern = typed.operands.join(':') || 'all'
    return await go(
      { ...request, ...(await passwords(asking, world)), pattern },
      told => {
        const { host, error } = told
        if (!isJson) report.say(...text(told, error && [host, ...indented(error)]))
        else {
          const failed = error && { host, error: { name: error.name, message: error.message } }
          world.stdout.write(`${JSON.stringify(failed ?? json(told))}\n`)
        }
      },
      report.note,
      interrupts,
    )
  } finally {
    interrupts.dispose()
  }
}

function indented(error: Error): readonly string[] {
  return showError(error)
    .split('\n')
    .map(line => `  ${line}`)
}
