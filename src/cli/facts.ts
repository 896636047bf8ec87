import { inspect } from 'node:util'
import type { HostFacts } from '../run/gather-facts.ts'
import type { Report } from '../run/report.ts'
import type { Typed } from './options.ts'
import { list } from './requests.ts'
import { visitCommand } from './visit.ts'
import type { World } from './world.ts'

/** `rampart facts`. Answers the exit code: 4 if a host could not be reached. */
export async function factsCommand(typed: Typed, report: Report, world: World): Promise<number> {
  const only = list(typed, 'only')
  return visitCommand<HostFacts>(typed, report, world, {
    go: async (request, ...telling) =>
      (await import('../run/gather-facts.ts')).gatherFacts({ ...request, only }, ...telling),
    json: ({ host, facts = [] }) => ({
      host,
      ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    }),
    text: (told, failed) => (failed ? [...failed, ''] : asText(told, only.length > 0)),
  })
}

function asText({ host, facts = [] }: HostFacts, isWhole: boolean): readonly string[] {
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
