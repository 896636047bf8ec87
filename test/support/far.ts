import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Become } from '../../src/model/route.ts'
import type { Channel } from '../../src/transport/channel.ts'
import { spawnChannel } from '../../src/transport/local.ts'
import type { ShellOptions } from '../../src/transport/shell.ts'
import { openShell } from '../../src/transport/shell.ts'
import type { Connection, Ending, Script, Shell } from '../../src/transport/transport.ts'

/** What the cases of the conformance suite are run against. */
export interface Far {
  /** A new shell; closed after the case. */
  open(): Shell
  /** A local folder for the files of the suite. */
  readonly folder: string
  readonly huge: number
  readonly signals: boolean
}

/** A connection whose shells are opened on channels of the test's own making. */
export function connectionOver(channel: () => Channel, options: ShellOptions = {}): Connection {
  const shells: Shell[] = []
  return {
    address: 'localhost',
    user: 'root',
    lost: new Promise(() => undefined),
    shell(become?: Become) {
      const shell = openShell(channel(), { ...options, become })
      shells.push(shell)
      return shell
    },
    async close() {
      await Promise.all(shells.map(shell => shell.close()))
    },
  }
}

/** A channel by a login shell that is given this command, as sshd does it: as its user, in its home, with this environment. */
export function login(shell: string, command: string, env: Record<string, string> = {}): Channel {
  return spawnChannel('env', [
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...shell.split(' '),
    '-c',
    command,
  ])
}

/** A folder in which every command is busybox, as on Alpine. */
export function busyboxPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'rampart-busybox-'))
  execFileSync('busybox', ['--install', '-s', dir])
  return dir
}

/** A new folder with no commands but these, each a program or, after `#!`, the text of a script. */
export function commandsOnly(parent: string, commands: Record<string, string>): string {
  const path = mkdtempSync(join(parent, 'bin-'))
  chmodSync(path, 0o755)
  for (const [name, text] of Object.entries(commands)) {
    if (text.startsWith('#!')) writeFileSync(join(path, name), text, { mode: 0o755 })
    else symlinkSync(text, join(path, name))
  }
  return path
}

export interface Exit {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Ten seconds for a script unless it is said otherwise. */
export function script(text: string, rest: Partial<Script> = {}): Script {
  return { text, timeout: 10_000, ...rest }
}

/** How a script ended that must have exited; its output byte by byte, as latin1. */
export function exited(ending: Ending): Exit {
  if (ending.kind !== 'exited') throw new Error(`the script ended ${JSON.stringify(ending)}`)
  return {
    code: ending.code,
    stdout: Buffer.from(ending.stdout).toString('latin1'),
    stderr: Buffer.from(ending.stderr).toString('latin1'),
  }
}

/** Sends scripts as one frame and awaits their exits. */
export async function exchange(
  shell: Shell,
  ...scripts: readonly (Script | string)[]
): Promise<readonly Exit[]> {
  const frame = scripts.map(given => (typeof given === 'string' ? script(given) : given))
  return (await Promise.all(shell.exchange(frame))).map(exited)
}

/** Sends one script and awaits its exit. */
export async function run(shell: Shell, text: string, rest: Partial<Script> = {}): Promise<Exit> {
  const [exit] = await exchange(shell, script(text, rest))
  if (exit === undefined) throw new Error('no answer')
  return exit
}
