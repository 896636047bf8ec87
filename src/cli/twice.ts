import type { Emit, Report } from '../run/report.ts'

/** How the events of one run are told. */
export type Telling = (emit: Emit) => Emit

/**
 * Runs something once, and if all went well once more, when nothing may be left to change: a change in the second run is
 * told as a failure, exit code 3. Answers the exit code of the last run.
 */
export async function twice(
  run: (telling?: Telling) => Promise<number>,
  report: Pick<Report, 'say' | 'fail'>,
): Promise<number> {
  report.say('', 'Run 1 of 2')
  const first = await run()
  if (first !== 0) return first
  report.say('', 'Run 2 of 2: there must be nothing left to change')
  return run(emit => event => {
    if (event.event !== 'recap' || event.exitCode !== 0) return emit(event)
    const changed = Object.entries(event.hosts).flatMap(([name, host]) => (host.changed > 0 ? [name] : []))
    if (changed.length === 0) return emit(event)
    report.fail(new Error(`${SAME} on ${changed.join(', ')}: a task does not find in sync what it made`))
    emit({ ...event, exitCode: 3 })
  })
}

const SAME = 'the second run of the same changed something again'
