import type { Plan, Probe } from 'rampart'
import { CheckFailed, read } from 'rampart'

interface Checked {
  check(probe: Probe): Plan | Promise<Plan>
}

/** Something in the home of the user who runs it: where ssh(1) looks, which does not ask `$HOME`. */
export function inHome(what: (home: string) => Checked): { check(probe: Probe): Promise<Plan> } {
  return { check: async probe => what(await homeOf(probe)).check(probe) }
}

export async function homeOf(probe: Probe<string>): Promise<string> {
  const { stdout } = await probe.ask(
    read`home=$(getent passwd "$(id -u)" 2>/dev/null | cut -d : -f 6); printf %s "\${home:-$HOME}"`,
  )
  if (/^\/[^\n]+$/.test(stdout)) return stdout
  throw new CheckFailed(`this user has no home: ${JSON.stringify(stdout)}`, {
    hint: 'Run it as another user.',
  })
}
