import { command } from './command.ts'

/** What a login is asked for: the name that ssh would be given, and what is fixed already. */
export interface SshTarget {
  readonly host: string
  readonly user: string | undefined
  readonly port: number | undefined
}

/** What OpenSSH would do to reach a host. */
export type SshAnswer =
  /** By lower-case keyword of ssh_config(5), each with its values in their order. */
  | { readonly kind: 'settings'; readonly settings: ReadonlyMap<string, readonly string[]> }
  /** There is no ssh on this machine. */
  | { readonly kind: 'no-ssh' }
  /** It does not understand the name or its own files. */
  | { readonly kind: 'refused'; readonly said: string }

/** Processes at a time: one takes some milliseconds, and a fleet may have thousands of hosts. */
const AT_ONCE = 8
/** A `Match exec` in the user's file may run anything. Milliseconds. */
const PATIENCE = 10_000

/**
 * Asks OpenSSH how it would reach a host (`ssh -G`), which connects to nobody. `config` takes the place of the user's and
 * the system's files, as `-F` does.
 */
export async function askSsh({ host, user, port }: SshTarget, config?: string): Promise<SshAnswer> {
  const words = [
    ...(config === undefined ? [] : ['-F', config]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
  ]
  const { code, stdout, stderr } = await inTurn(() =>
    command(['ssh', '-G', ...words, '--', host], { timeout: PATIENCE }),
  )
  if (code === 0) return { kind: 'settings', settings: settings(stdout) }
  if (code === 127) return { kind: 'no-ssh' }
  const said = stderr
    .trim()
    .split(/\r?\n/)
    .find(line => !line.startsWith('Pseudo-terminal'))
  return {
    kind: 'refused',
    said: code === null ? `no answer within ${PATIENCE / 1000} s` : (said ?? `exit ${code}`),
  }
}

function settings(output: string): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const [, keyword = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    if (keyword === '') continue
    const before = all.get(keyword)
    if (before === undefined) all.set(keyword, [value])
    else before.push(value)
  }
  return all
}

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  // A place is handed on and never free in between, so that nobody overtakes.
  if (running >= AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}
