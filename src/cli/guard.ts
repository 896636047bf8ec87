import type { HostGuards } from '../run/guards.ts'
import type { Report } from '../run/report.ts'
import type { Typed } from './options.ts'
import { visitCommand } from './visit.ts'
import type { World } from './world.ts'

/** `rampart guard status|confirm|undo`. Answers the exit code. */
export async function guardCommand(
  typed: Typed,
  action: 'status' | 'confirm' | 'undo',
  report: Report,
  world: World,
): Promise<number> {
  return visitCommand<HostGuards>(typed, report, world, {
    go: async (request, ...telling) =>
      (await import('../run/guards.ts')).guards({ ...request, action }, ...telling),
    json: ({ host, guards }) => ({ host, guards }),
    text: (told, failed) => failed ?? asText(told),
  })
}

function asText({ host, guards = [] }: HostGuards): readonly string[] {
  if (guards.length === 0) return [`${host}  no guarded change`]
  return [
    host,
    ...guards.map(({ txid, state, task, owner, left, reason }) => {
      const why = state === 'pending' ? `undone in ${left} s unless confirmed` : reason
      return `  ${state.padEnd('rollback-failed'.length)}  ${task} · ${owner} · ${txid}${why === '' ? '' : ` · ${why}`}`
    }),
  ]
}
