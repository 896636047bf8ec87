import { fileURLToPath } from 'node:url'
import type { Measured } from './measure.ts'
import type { Tool } from './tool.ts'
import { endedWell, put } from './tool.ts'

/** By hand: one script a host over ssh2. What a tool has to find out, somebody who knows it has written down. */
export const floor: Tool = {
  name: 'floor',
  isPeer: false,
  // What drifted is not known beforehand, so nobody can write it down.
  can: scenario => scenario !== 'c',
  async prepare({ work, hosts, key, knownHosts, converged, folder }) {
    const job = { work, hosts, key, knownHosts, writes: !converged }
    const file = await put(`${folder}/job.json`, JSON.stringify(job))
    return { argv: [process.execPath, fileURLToPath(new URL('floor-program.js', import.meta.url)), file] }
  },
  told(run: Measured) {
    endedWell('the floor', run)
    return { frames: 1, connections: Number(run.output.trim()) }
  },
}
