import type { CommandOptions, Finished, Words } from './command.ts'
import { command } from './command.ts'

/** A Docker engine that answers: its client, as a command of this user or, where only root may ask it, through sudo. */
export interface Docker {
  readonly words: Words
}

/** What there is of Docker on this machine. */
export type DockerFound =
  | { readonly kind: 'ready'; readonly docker: Docker; readonly engine: Engine }
  | { readonly kind: 'no-client' }
  /** The client is there and nobody answers it. */
  | { readonly kind: 'no-engine'; readonly said: string }
  /** An engine is there, but this user may not ask it. */
  | { readonly kind: 'no-permission'; readonly said: string }

/** What an engine says of itself. */
export interface Engine {
  readonly version: string
  /** Of the storage: overlay2, or vfs where nothing better works. */
  readonly driver: string
  readonly cgroups: '1' | '2'
  /** The system it runs on, as it names it; not this machine's when it runs elsewhere. */
  readonly system: string
}

/** Asks the engine that the client's own settings name. */
export async function findDocker(docker: Docker = { words: ['docker'] }): Promise<DockerFound> {
  const format = '{{.ServerVersion}}\t{{.Driver}}\t{{.CgroupVersion}}\t{{.OperatingSystem}}'
  const { code, stdout, stderr } = await command([...docker.words, 'info', '--format', format], {
    timeout: 20_000,
  })
  const [version = '', driver = '', cgroups = '', system = ''] = stdout.trim().split('\t')
  // The client exits with 0 and prints empty fields when it cannot reach an engine (as 20.10 does).
  if (code === 0 && version !== '') {
    return {
      kind: 'ready',
      docker,
      engine: { version, driver, cgroups: cgroups === '2' ? '2' : '1', system },
    }
  }
  if (code === 127) return { kind: 'no-client' }
  const said = complaint(stderr)
  return { kind: /permission denied/i.test(stderr) ? 'no-permission' : 'no-engine', said }
}

/** One command of the client. Like {@link command}, it never rejects for an exit code. */
export function docker(
  { words }: Docker,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Finished> {
  return command([...words, ...args], options)
}

/** What a client complains of, in one line: its first line, as hints on usage come after it. */
export function complaint(stderr: string): string {
  const first = stderr.trim().split('\n')[0] ?? ''
  return first.replace(/^docker: /, '').replace(/^Error response from daemon: /, '')
}
