import { inspect } from 'node:util'
import { showError } from '../model/error.ts'
import type { HostFacts } from '../run/gather-facts.ts'
import type { Report } from '../run/report.ts'
import { passwords } from './ask.ts'
import type { Typed } from './options.ts'
import { list, wantedRun } from './requests.ts'
import { catchInterrupts } from './signals.ts'
import type { World } from './world.ts'

/** `rampart facts`. Answers the exit code: 4 if a host could not be reached. */
export async function factsCommand(typed: Typed, report: Report, world: World): Promise<number> {
  const { request, ...asking } = wantedRun(typed)
  const only = list(typed, 'only')
  const isJson = typed.flags.has('json')
  const isWhole = only.length > 0
  const interrupts = catchInterrupts(world.process, report.note, () => world.exit(130))
  try {
    const { gatherFacts } = await import('../run/gather-facts.ts')
    return await gatherFacts(
      {
        ...{ ...request, ...(await passwords(asking, world)) },
        ...{ pattern: typed.operands.join(':') || 'all', only },
      },
      told => {
        if (isJson) world.stdout.write(`${JSON.stringify(asJson(told))}\n`)
        else report.say(...asText(told, isWhole))
      },
      report.note,
      interrupts,
    )
  } finally {
    interrupts.dispose()
  }
}

function asJson({ host, facts, error }: HostFacts): object {
  if (error) return { host, error: { name: error.name, message: error.message } }
  return { host, ...Object.fromEntries((facts ?? []).map(({ name, value }) => [name, value])) }
}

function asText({ host, facts = [], error }: HostFacts, isWhole: boolean): readonly string[] {
  if (error)
    return [
      host,
      ...showError(error)
        .split('\n')
        .map(line => `  ${line}`),
      '',
    ]
  const width = Math.max(...facts.map(({ name }) => name.length))
  const lines = facts.flatMap(({ name, value, brief }) =>
    isWhole
      ? [`  ${name}`, ...shown(value).map(line => `    ${line}`)]
      : [`  ${name.padEnd(width)}  ${brief}`],
  )
  return [host, ...lines, '']
}

/** A list has a line for each of its things, its properties in columns. */
function shown(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['none'] : rows(value)
  if (typeof value !== 'object' || value === null) return [word(value)]
  return Object.entries(value).flatMap(([name, inner]) =>
    Array.isArray(inner) && inner.some(one => typeof one === 'object')
      ? [name, ...rows(inner).map(line => `  ${line}`)]
      : [`${name}: ${word(inner)}`],
  )
}

function rows(all: readonly unknown[]): readonly string[] {
  const cells = all.map(one =>
    typeof one === 'object' && one !== null ? Object.values(one).map(word) : [word(one)],
  )
  const widths = (cells[0] ?? []).map((_, i) =>
    Math.min(40, Math.max(...cells.map(row => row[i]?.length ?? 0))),
  )
  return cells.map(row =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function word(value: unknown): string {
  if (value === undefined || value === null) return '-'
  if (Array.isArray(value)) return value.map(word).join(',')
  return typeof value === 'object' ? inspect(value, { breakLength: Number.POSITIVE_INFINITY }) : String(value)
}
