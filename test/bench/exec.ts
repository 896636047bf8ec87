import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a program to its end and returns what it printed. Throws with all that it said. */
export async function exec(program: string, args: readonly string[], stdin = ''): Promise<string> {
  const running = promisify(execFile)(program, [...args], { maxBuffer: 1 << 28 })
  running.child.stdin?.end(stdin)
  try {
    return (await running).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`, {
      cause: error,
    })
  }
}

/** Whether a program runs and succeeds. */
export async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return exec(program, args).then(
    () => true,
    () => false,
  )
}
