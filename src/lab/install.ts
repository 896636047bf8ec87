import { hasApt, installPackages } from '../controller/apt.ts'
import { privilege, unlockSudo } from '../controller/privilege.ts'
import { LabError } from './error.ts'
import type { Say } from './steps.ts'
import { step } from './steps.ts'

/** What may be done to this machine, and who is told. */
export interface Means {
  /** `--install`: packages that the lab takes may be installed, and the engine started. */
  readonly install: boolean
  readonly say: Say
}

/** Installs packages on this machine and says so. Throws a LabError where it cannot, with what a person can do. */
export async function install(packages: readonly string[], say: Say): Promise<void> {
  const names = packages.join(' ')
  await step(say, `install ${names} on this machine`, async () => {
    if (!(await hasApt())) {
      throw new LabError(`${names} cannot be installed: this machine has no apt`, {
        hint: 'Install it by your own system’s means, then run this again.',
      })
    }
    await becomeRoot(names)
    const done = await installPackages(packages)
    if (done.code !== 0) {
      throw new LabError(`installing ${names} failed: ${reason(done.stderr)}`, {
        hint: `Try it by hand: sudo apt-get update && sudo apt-get install ${names}`,
      })
    }
    return { value: undefined, changed: true }
  })
}

/** Throws a LabError unless commands can be run as root from now on. */
export async function becomeRoot(forWhat: string): Promise<void> {
  const right = await privilege()
  if (right === 'root' || right === 'sudo') return
  if (right === 'sudo-with-password' && process.stdin.isTTY && (await unlockSudo())) return
  throw new LabError(`${forWhat} takes root, and this user cannot become root`, {
    hint: 'Run it as root, or as a user whose sudo does not ask for a password.',
  })
}

/** What apt complains of: its lines that begin with E, else the last that was said. */
function reason(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const errors = lines.filter(line => line.startsWith('E:'))
  return (errors.length > 0 ? errors : lines).slice(-2).join(' ')
}
