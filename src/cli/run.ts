import type { Emit, Report } from '../run/report.ts'
import type { RunRequest } from '../run/request.ts'
import { passwords } from './ask.ts'
import { catchDefects, DEFECT } from './defect.ts'
import type { Typed } from './options.ts'
import { wantedList, wantedRun } from './requests.ts'
import { catchInterrupts } from './signals.ts'
import type { Telling } from './twice.ts'
import type { World } from './world.ts'

/** `rampart run` and `rampart list`. Answers the exit code. Throws a UsageError for a value that makes no sense. */
export async function runCommand(typed: Typed, report: Report, world: World): Promise<number> {
  const listing = wantedList(typed)
  if (listing !== undefined) {
    const { list } = await import('../run/index.ts')
    report.list(await list(listing), listing.what)
    report.end(0)
    return 0
  }
  const wanted = wantedRun(typed)
  return perform({ ...wanted.request, ...(await passwords(wanted, world)) }, report, world)
}

/** One run, from its first connection to its recap, whatever happens to it. Answers the exit code that the recap says. */
export async function perform(
  request: RunRequest,
  report: Report,
  world: World,
  telling: Telling = emit => emit,
): Promise<number> {
  const interrupts = catchInterrupts(world.process, report.note, () => world.exit(130))
  const defects = catchDefects(world.process, error => {
    report.fail(error)
    interrupts.leave()
    setTimeout(() => world.exit(DEFECT), PATIENCE_MS).unref()
  })
  let exitCode = DEFECT
  const tell = telling(event => {
    if (event.event === 'recap') exitCode = event.exitCode
    report.emit(event)
  })
  const emit: Emit = event =>
    tell(event.event === 'recap' && defects.seen() ? { ...event, exitCode: DEFECT } : event)
  try {
    const { runPlaybooks } = await import('../run/index.ts')
    await runPlaybooks(request, emit, interrupts)
    return exitCode
  } finally {
    interrupts.dispose()
    defects.dispose()
  }
}

/** How long a run in which rampart broke may take to end in order. */
const PATIENCE_MS = 10_000
