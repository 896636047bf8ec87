import type { Words } from './command.ts'
import { attached, command } from './command.ts'

/** How this process becomes root on this machine. */
export type Privilege = 'root' | 'sudo' | 'sudo-with-password' | 'none'

/** Finds out, without asking anybody for a password. */
export async function privilege(): Promise<Privilege> {
  if (process.getuid?.() === 0) return 'root'
  const { code } = await command(['sudo', '-n', 'true'])
  if (code === 0) return 'sudo'
  return code === 127 ? 'none' : 'sudo-with-password'
}

/** The command as root would run it. */
export function asRoot(words: Words): Words {
  return process.getuid?.() === 0 ? words : ['sudo', ...words]
}

/** Lets sudo ask for the password now, on the terminal, so that it does not ask in the middle of the work. */
export async function unlockSudo(): Promise<boolean> {
  return (await attached(['sudo', '-v'])) === 0
}
