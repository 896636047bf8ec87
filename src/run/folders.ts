import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where rampart keeps what lasts on the controller (XDG Base Directory Specification): known hosts, records of runs. Mode 0700. */
export function stateDir(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'rampart')
}

/** Where rampart keeps what it can make again: facts of the last run, the lab's images. */
export function cacheDir(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'rampart')
}
