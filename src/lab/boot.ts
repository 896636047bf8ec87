import type { Docker } from '../controller/docker.ts'
import { docker } from '../controller/docker.ts'
import { containerOf } from './container.ts'
import { LabError } from './error.ts'
import type { Lab } from './place.ts'

/** Seconds. A host boots in 2 to 5; a hundred at once on a small machine take longer. */
const patience = 120

/**
 * Gets into a host that has just been started or is up: waits for its end of booting, lets the lab's key in, sets
 * the passwords if they are others, and asks for the host keys. One command, so that a lab which is up answers at once.
 */
const script = `
read -r key; read -r password
turn=0
while :; do
  state=$(systemctl is-system-running 2>/dev/null) || :
  case $state in running|degraded) break;; esac
  turn=$((turn + 1))
  if [ "$turn" -gt ${patience * 10} ]; then echo "state $state"; exit 0; fi
  sleep 0.1
done
echo "state $state"
systemctl list-units --failed --plain --no-legend | while read -r unit _; do echo "failed $unit"; done
for user in root admin ops; do
  home=$(getent passwd "$user" | cut -d: -f6)
  keys=$home/.ssh/authorized_keys
  if ! grep -qsxF "$key" "$keys"; then
    install -d -m 700 -o "$user" -g "$user" "$home/.ssh"
    echo "$key" >>"$keys"; chmod 600 "$keys"; chown "$user:$user" "$keys"
    echo changed
  fi
done
mark=/var/lib/lab/password
sum=$(printf %s "$password" | sha256sum)
if [ "$(cat "$mark" 2>/dev/null)" != "$sum" ]; then
  printf 'admin:%s\\ndev:%s\\n' "$password" "$password" | chpasswd
  mkdir -p "\${mark%/*}"; echo "$sum" >"$mark"
  echo changed
fi
for file in /etc/ssh/ssh_host_*_key.pub; do echo "key $(cut -d' ' -f1,2 "$file")"; done
`

/** A host that is up and lets us in. */
export interface Booted {
  /** Its public host keys, as known_hosts writes them: `ssh-ed25519 AAAA…`. */
  readonly hostKeys: readonly string[]
  /** Units that did not start. Empty on a host that is well. */
  readonly failedUnits: readonly string[]
  /** Whether something had to be set up on it. */
  readonly changed: boolean
}

/** Waits for the host and lets our key and passwords in. Throws a LabError when it does not boot. */
export async function boot(
  engine: Docker,
  lab: Lab,
  host: string,
  login: { readonly publicKey: string; readonly password: string },
): Promise<Booted> {
  const container = containerOf(lab, host)
  const { code, stdout, stderr } = await docker(engine, ['exec', '-i', container, 'sh', '-euc', script], {
    input: `${login.publicKey}\n${login.password}\n`,
    timeout: (patience + 30) * 1000,
  })
  const lines = stdout.split('\n').map(line => line.trim())
  const told = (word: string) =>
    lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1))
  const [state = 'nothing'] = told('state')
  if (code !== 0 || !['running', 'degraded'].includes(state)) {
    throw new LabError(
      `${host} does not boot: ${(await lastWords(engine, container)) || stderr.trim() || state}`,
      {
        hint: `See \`docker logs ${container}\`; \`rampart lab down\` and \`up --install\` make it anew.`,
      },
    )
  }
  return { hostKeys: told('key'), failedUnits: told('failed'), changed: lines.includes('changed') }
}

/** Why a container is not running, as its init said it. Nothing if it runs. */
async function lastWords(engine: Docker, container: string): Promise<string> {
  const { stdout } = await docker(engine, ['inspect', '--format', '{{.State.Running}}', container])
  if (stdout.trim() === 'true') return ''
  const logs = await docker(engine, ['logs', '--tail', '3', container])
  return `${logs.stdout}${logs.stderr}`.trim() || 'its init ended without a word'
}
