#!/usr/bin/env node
import { cli } from './cli.ts'
import { DEFECT } from './defect.ts'
import { theWorld } from './world.ts'

// A reader that has gone (`| head`) is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

// Stands if nothing is left to wait for and yet no end was reached.
process.exitCode = DEFECT
process.once('exit', code => {
  if (code === DEFECT && !ended)
    process.stderr.write('error: rampart came to a stop before its end: a defect\n')
})
let ended = false
const exitCode = await cli(process.argv.slice(2), theWorld)
ended = true
// Nothing may keep the process once all is told, and a pipe's reader may still have to hear it.
await Promise.all([process.stdout, process.stderr].map(flushed))
process.exit(exitCode)

/** Settles when all that was written has gone out, or nobody reads any more. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => stream.write('', () => resolve()))
}
