import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { buildInto } from './build.ts'
import { lowerFleet, raiseFleet } from './fleet.ts'
import { floor } from './floor.ts'
import type { Options } from './options.ts'
import { readOptions } from './options.ts'
import type { Peers } from './peers.ts'
import { installPeers } from './peers.ts'
import { plot } from './plot.ts'
import { rampart } from './rampart.ts'
import type { Sample } from './scenarios.ts'
import { play, TITLES } from './scenarios.ts'
import { markdown, rowsOf } from './table.ts'
import { put } from './tool.ts'

/** Measures rampart against its peers and against what one writes by hand, on real hosts: see `--help`. */
const OUT = resolve('.bench')

try {
  const options = readOptions(process.argv.slice(2))
  if (options) await bench(options)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

async function bench(options: Options): Promise<void> {
  const say = (text: string): void => console.log(text)
  const program = await buildInto(`${OUT}/rampart`)
  say(`raising ${options.hosts} hosts`)
  const fleet = await raiseFleet(program, options.hosts)
  const peers: Peers = options.peers ? await installPeers(OUT) : { tools: [], versions: [], missing: [] }
  for (const name of peers.missing) say(`${name} is missing: it could not be installed`)
  const other = options.against === undefined ? [] : [rampart(options.against, 'against')]
  const tools = [rampart(program), ...other, floor, ...peers.tools]
  const samples: Sample[] = []
  for (const scenario of options.scenarios) {
    say(`${scenario}: ${TITLES[scenario]}`)
    samples.push(...(await play(scenario, fleet, tools, options, `${OUT}/work`, say)))
    await write(samples, options, peers) // what is there, if a later one fails
  }
  if (!options.keep) await lowerFleet(program)
  say(`\n${markdown(rowsOf(samples))}\n${OUT}/results.md, results.svg, results.json`)
}

async function write(samples: readonly Sample[], options: Options, peers: Peers): Promise<void> {
  const rows = rowsOf(samples)
  const about = [
    `${options.hosts} containers that boot systemd, on the ${cpus().length} processors that the tools run on too; Node ${process.version}.`,
    `Medians of ${options.runs} runs in alternating order, ${options.peerRuns} of each peer.`,
    ...(peers.versions.length > 0 ? [`Peers: ${peers.versions.join(', ')}.`] : []),
    ...peers.missing.map(name => `${name} is missing: it could not be installed.`),
  ]
  await put(`${OUT}/results.md`, `${about.join('\n')}\n\n${markdown(rows)}`)
  await put(`${OUT}/results.svg`, plot(rows))
  await put(`${OUT}/results.json`, JSON.stringify({ about, rows, samples }, null, 2))
}
