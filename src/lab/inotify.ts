import { readFile } from 'node:fs/promises'
import { command } from '../controller/command.ts'
import { asRoot } from '../controller/privilege.ts'
import type { Means } from './install.ts'
import { step } from './steps.ts'

/** A host takes about six; a systemd that gets none ends without a word. */
const wanted = 1024
const setting = 'fs.inotify.max_user_instances'

/**
 * Lets this machine's root have as many inotify instances as the hosts' systemds take (inotify(7)): many kernels allow
 * 128, enough for twenty hosts. Only with `--install`, and until the machine's next start.
 */
export async function ensureInotify(means: Means): Promise<void> {
  const now = Number(await readFile(`/proc/sys/${setting.replaceAll('.', '/')}`, 'utf8').catch(() => wanted))
  if (!means.install || now >= wanted) return
  await step(means.say, 'inotify', async () => {
    const { code } = await command(asRoot(['sysctl', '-q', '-w', `${setting}=${wanted}`]))
    const detail =
      code === 0 ? `${setting} ${now} → ${wanted}` : `${setting} stays ${now}: enough for twenty hosts`
    return { value: undefined, changed: code === 0, detail }
  })
}
