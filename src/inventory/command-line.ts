import type { Secret } from '../model/secret.ts'
import type { Slot } from './connection-name.ts'
import type { ExtraVars } from './extra-vars.ts'
import type { Given } from './given.ts'
import { DEPTH } from './given.ts'
import type { Layer, Warn } from './layer.ts'
import { joined, sorted } from './layer.ts'
import { Written } from './written.ts'

/** What the command line says of all hosts. */
export interface CommandLine {
  /** `-u`: as whom to log in, whatever the inventory says. */
  readonly user?: string | undefined
  /** `--key`: a private key's file, whatever the inventory says. */
  readonly key?: string | undefined
  /** `-b`: become root where a host says nothing of it, or no. */
  readonly become?: boolean | undefined
  /** `-k`: for hosts whose inventory has no password. */
  readonly password?: Secret | undefined
  /** `-K`: for hosts whose inventory has no become_password. */
  readonly becomePassword?: Secret | undefined
}

/** The command line as a layer above all hosts, with what `-e` says. */
export function commandLineLayer(line: CommandLine, { vars }: ExtraVars, cwd: string, warn: Warn): Layer {
  const level = { of: '', beside: false }
  const connection = new Map<Slot, readonly Given[]>()
  const say = (slot: Slot, flag: string, value: string | true | Secret | undefined, depth: number) => {
    if (value === undefined) return
    const written = new Written(value, { folder: cwd, place: () => ({ file: flag }) })
    connection.set(slot, [{ name: slot, value: written, level: { ...level, by: 'command line', depth } }])
  }
  say('user', '-u', line.user, DEPTH.commandLine)
  say('key', '--key', line.key, DEPTH.commandLine)
  say('become', '-b', line.become === true ? true : undefined, DEPTH.commandLine)
  say('password', '-k', line.password, DEPTH.fallback)
  say('become_password', '-K', line.becomePassword, DEPTH.fallback)
  const extra = sorted([...vars.values()], { ...level, by: 'extra-vars', depth: DEPTH.extraVars }, warn)
  return joined([extra, { vars: new Map(), connection }])
}
