import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { command } from '../controller/command.ts'
import { LabError } from './error.ts'
import type { Means } from './install.ts'
import { install } from './install.ts'
import type { Lab } from './place.ts'

/** What lets people and tests into the lab's hosts. */
export interface Credentials {
  /** The line for authorized_keys. */
  readonly publicKey: string
  /** Of the users `admin` and `dev`. */
  readonly password: string
  /** Whether either had to be made now. */
  readonly changed: boolean
}

/** The lab's key and password, made once. Throws a LabError where there is no ssh-keygen and none may be installed. */
export async function ensureCredentials(lab: Lab, means: Means): Promise<Credentials> {
  await mkdir(lab.folder, { recursive: true })
  const newKey = !(await hasKey(lab))
  if (newKey) await makeKey(lab, means)
  const old = await read(lab.files.password)
  const password = old?.trim() || randomBytes(12).toString('base64url')
  if (password !== old?.trim()) await writeFile(lab.files.password, `${password}\n`, { mode: 0o600 })
  const publicKey = (await readFile(lab.files.publicKey, 'utf8')).trim()
  return { publicKey, password, changed: newKey || old === undefined }
}

async function makeKey(lab: Lab, { install: mayInstall, say }: Means): Promise<void> {
  // ssh-keygen asks before it overwrites, and half a pair is of no use.
  await Promise.all([rm(lab.files.key, { force: true }), rm(lab.files.publicKey, { force: true })])
  const comment = `${lab.name}-lab`
  const words = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', lab.files.key] as const
  let made = await command(words)
  if (made.code === 127 && mayInstall) {
    await install(['openssh-client'], say)
    made = await command(words)
  }
  if (made.code !== 0) {
    throw new LabError(`no key can be made for the lab: ${made.stderr.trim()}`, {
      hint: made.code === 127 ? 'Install the SSH client: sudo apt-get install openssh-client' : undefined,
    })
  }
}

/** A private key without its other half, or one that others may read, is as good as none. */
async function hasKey(lab: Lab): Promise<boolean> {
  const [key, publicKey] = await Promise.all([read(lab.files.key), read(lab.files.publicKey)])
  if (!key?.includes('PRIVATE KEY') || !publicKey?.startsWith('ssh-')) return false
  await chmod(lab.files.key, 0o600)
  return true
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
