import type { Sample } from './scenarios.ts'
import { TITLES } from './scenarios.ts'

/** What a tool came to in a scenario. */
export interface Row {
  readonly scenario: string
  readonly tool: string
  readonly runs: number
  /** The middle one of all runs, seconds. */
  readonly wall: number
  /** The quickest and the slowest. */
  readonly range: readonly [number, number]
  readonly cpu: number
  /** Processor seconds of the hosts. */
  readonly remoteCpu: number
  readonly memory: number
  readonly frames: number | undefined
  readonly connections: number | undefined
  readonly states: string
}

/** A row for each tool and scenario, in the order in which they ran first. */
export function rowsOf(samples: readonly Sample[]): readonly Row[] {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = `${sample.scenario} ${sample.tool}`
    groups.set(key, [...(groups.get(key) ?? []), sample])
  }
  return [...groups.values()].map(group => {
    const [first] = group as [Sample, ...Sample[]]
    const walls = group.map(({ wall }) => wall)
    return {
      scenario: first.scenario,
      tool: first.tool,
      runs: group.length,
      wall: median(walls),
      range: [Math.min(...walls), Math.max(...walls)],
      cpu: median(group.map(({ cpu }) => cpu)),
      remoteCpu: median(group.map(({ remoteCpu }) => remoteCpu)),
      memory: Math.max(...group.map(({ memory }) => memory)),
      frames: first.frames,
      connections: first.connections,
      states: [...new Set(group.flatMap(({ states }) => states))].sort().join(' '),
    }
  })
}

/** The results for people: a table for each scenario. `× rampart`: how many times as long as rampart. */
export function markdown(rows: readonly Row[]): string {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))]
  return scenarios
    .map(scenario => {
      const mine = rows.filter(row => row.scenario === scenario)
      const ours = mine.find(({ tool }) => tool === 'rampart')?.wall
      const same = new Set(mine.map(({ states }) => states)).size === 1
      return [
        `**${scenario}: ${TITLES[scenario]}** (${same ? 'every tool left the same state' : 'THE TOOLS LEFT DIFFERENT STATES'})`,
        '',
        '| tool | s | range | × rampart | frames a host | connections | CPU s here | on the hosts | MB |',
        '|---|--:|--:|--:|--:|--:|--:|--:|--:|',
        ...mine.map(row => line(row, ours)),
        '',
      ].join('\n')
    })
    .join('\n')
}

function line(row: Row, ours: number | undefined): string {
  const { tool, wall, range, frames, connections, cpu, remoteCpu, memory, runs } = row
  const cells = [
    tool,
    seconds(wall),
    runs === 1 ? 'one run' : range.map(seconds).join('–'),
    ours === undefined ? '' : (wall / ours).toFixed(wall < 10 * ours ? 2 : 0),
    frames ?? '',
    connections ?? '',
    seconds(cpu),
    seconds(remoteCpu),
    memory.toFixed(0),
  ]
  return `| ${cells.join(' | ')} |`
}

const seconds = (value: number): string => value.toFixed(value < 10 ? 2 : 0)

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}
