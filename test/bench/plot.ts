import { TITLES } from './scenarios.ts'
import type { Row } from './table.ts'

const WIDTH = 860
const LEFT = 120
const RIGHT = 110
const BAR = 18
const HEAD = 34

/** Bars of seconds, logarithmic as they span three orders of magnitude; a block for each scenario. */
export function plot(rows: readonly Row[]): string {
  const low = 0.1
  const high = Math.max(10, ...rows.map(({ wall }) => wall)) * 1.3
  const x = (value: number): number =>
    LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(Math.max(value, low) / low)) / Math.log(high / low)
  const parts: string[] = []
  let y = 10
  for (const scenario of new Set(rows.map(row => row.scenario))) {
    parts.push(`<text x="10" y="${y + 18}" class="title">${scenario}: ${TITLES[scenario]}</text>`)
    y += HEAD
    for (const { tool, wall } of rows.filter(row => row.scenario === scenario)) {
      const color = tool === 'rampart' ? '#1f6feb' : '#9aa4b2'
      parts.push(
        `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${tool}</text>`,
        `<rect x="${LEFT}" y="${y}" width="${(x(wall) - LEFT).toFixed(1)}" height="${BAR - 4}" fill="${color}"/>`,
        `<text x="${(x(wall) + 6).toFixed(1)}" y="${y + 13}">${wall.toFixed(wall < 10 ? 2 : 0)} s</text>`,
      )
      y += BAR
    }
    y += 12
  }
  const ticks = [0.1, 1, 10, 100, 1000].filter(tick => tick <= high)
  const axis = ticks.map(
    tick =>
      `<line x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="10" y2="${y}" stroke="#d0d7de"/>` +
      `<text x="${x(tick).toFixed(1)}" y="${y + 14}" text-anchor="middle">${tick} s</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 24}" font-family="sans-serif" font-size="12">
<style>text { fill: #57606a } .title { font-weight: bold; font-size: 13px }</style>
<rect width="100%" height="100%" fill="white"/>
${[...axis, ...parts].join('\n')}
</svg>
`
}
