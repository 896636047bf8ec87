import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Finished } from './command.ts'
import { command } from './command.ts'
import { asRoot } from './privilege.ts'

/** Whether systemd runs this machine (sd_booted(3)). */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system')
}

/**
 * Starts the Docker engine of this machine: as a service where systemd is, else as a process of its own that outlives
 * us and writes to `log`. It returns at once; whether the engine answers is for the caller to find out.
 */
export function startEngine(log: string): Promise<Finished> {
  if (hasSystemd()) return command(asRoot(['systemctl', 'start', 'docker']))
  const start = 'setsid dockerd </dev/null >"$1" 2>&1 &'
  return command(asRoot(['sh', '-c', start, 'sh', log]))
}

/** Whether an engine's program is installed. */
export function engineInstalled(): boolean {
  return ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd'].some(path => existsSync(path))
}

/** The last lines of the engine's log, in which it says why it does not start. Empty when there is no such file. */
export async function engineComplaint(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '')
  const lines = text.trim().split('\n')
  const fatal = lines.filter(line => /failed to start|level=fatal|^Error/i.test(line))
  return (fatal.length > 0 ? fatal : lines).slice(-2).join('\n')
}
