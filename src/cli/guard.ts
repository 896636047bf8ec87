import { showError } from '../model/error.ts'
import type { HostGuards } from '../run/guards.ts'
import type { Report } from '../run/report.ts'
import { passwords } from './ask.ts'
import type { Typed } from './options.ts'
import { wantedRun } from './requests.ts'
import { catchInterrupts } from './signals.ts'
import type { World } from './world.ts'

/** `rampart guard status|confirm|undo`. Answers the exit code. */
export async function guardCommand(
  typed: Typed,
  action: 'status' | 'confirm' | 'undo',
  report: Report,
  world: World,
): Promise<number> {
  const { request, ...asking } = wantedRun(typed)
  const isJson = typed.flags.has('json')
  const interrupts = catchInterrupts(world.process, report.note, () => world.exit(130))
  try {
    const { guards } = await import('../run/guards.ts')
    return await guards(
      {
        ...request,
        ...(await passwords(asking, world)),
        pattern: typed.operands.join(':') || 'all',
        action,
      },
      told => {
        if (isJson) world.stdout.write(`${JSON.stringify(asJson(told))}\n`)
        else report.say(...asText(told))
      },
      report.note,
      interrupts,
    )
  } finally {
    interrupts.dispose()
  }
}

function asJson({ host, guards, error }: HostGuards): object {
  return error ? { host, error: { name: error.name, message: error.message } } : { host, guards }
}

function asText({ host, guards = [], error }: HostGuards): readonly string[] {
  if (error)
    return [
      host,
      ...showError(error)
        .split('\n')
        .map(line => `  ${line}`),
    ]
  if (guards.length === 0) return [`${host}  no guarded change`]
  return [
    host,
    ...guards.map(({ txid, state, task, owner, left, reason }) => {
      const why = state === 'pending' ? `undone in ${left} s unless confirmed` : reason
      return `  ${state.padEnd('rollback-failed'.length)}  ${task} · ${owner} · ${txid}${why === '' ? '' : ` · ${why}`}`
    }),
  ]
}
