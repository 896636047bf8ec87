import { readFileSync } from 'node:fs'
import { RampartError } from '../model/error.ts'
import type { Report } from '../run/report.ts'
import type { Asked } from './argv.ts'
import { readArgv } from './argv.ts'
import { AnswerRefused } from './ask.ts'
import { DEFECT, defect } from './defect.ts'
import { helpText } from './help.ts'
import type { Typed } from './options.ts'
import { wantedOutput } from './requests.ts'
import type { World } from './world.ts'

/**
 * One invocation. Answers the exit code; throws nothing. What is heavy is loaded by what needs it: help and version
 * answer at once.
 */
export async function cli(argv: readonly string[], world: World): Promise<number> {
  let asked: Asked
  try {
    asked = readArgv(argv)
  } catch (error) {
    return withReport({ json: wantsJson(argv), diffs: false, verbose: false }, world, () =>
      Promise.reject(error),
    )
  }
  if (asked.command === 'help') world.stdout.write(helpText(asked.of))
  else if (asked.command === 'version') world.stdout.write(`${version()}\n`)
  else {
    const typed = asked
    return withReport(wantedOutput(typed), world, report => command(typed, report, world))
  }
  return 0
}

async function command(typed: Typed, report: Report, world: World): Promise<number> {
  if (typed.command === 'run' || typed.command === 'list') {
    return (await import('./run.ts')).runCommand(typed, report, world)
  }
  if (typed.command === 'facts') return (await import('./facts.ts')).factsCommand(typed, report, world)
  if (typed.command === 'inventory')
    return (await import('./inventory.ts')).inventoryCommand(typed, report, world)
  if (
    typed.command === 'guard status' ||
    typed.command === 'guard confirm' ||
    typed.command === 'guard undo'
  ) {
    const action = typed.command.slice('guard '.length) as 'status' | 'confirm' | 'undo'
    return (await import('./guard.ts')).guardCommand(typed, action, report, world)
  }
  return (await import('./lab.ts')).labCommand(typed, report, world)
}

/** Tells a mistake in the way that was asked for: one message, and for a program the recap line that it waits for. */
async function withReport(
  output: ReturnType<typeof wantedOutput>,
  world: World,
  work: (report: Report) => Promise<number>,
): Promise<number> {
  const { openReport } = await import('../run/report.ts')
  const { stdout, stderr, env } = world
  const report = openReport({ stdout, stderr, env, ...output })
  try {
    return await work(report)
  } catch (error) {
    if (error instanceof AnswerRefused) return 130
    const mistake = RampartError.is(error)
    report.fail(mistake ? error : defect(error))
    const exitCode = mistake ? 1 : DEFECT
    report.end(exitCode)
    return exitCode
  } finally {
    report.close()
  }
}

/** Even of a command line that makes no sense. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).includes('--json')
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return `rampart ${version}`
}
