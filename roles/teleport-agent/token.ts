import { randomBytes } from 'node:crypto'
import type { Command, ConnectedHost } from 'rampart'
import { run, Secret } from 'rampart'
import { seconds } from '../teleport-bastion/duration.ts'
import { tctlWithInput } from '../teleport-bastion/tctl.ts'
import type { Variables } from './variables.ts'

/**
 * Lets a node do something while it has a token in a file. Nobody else sees it: it is made here and travels on standard
 * input, so that no command has it among its words or in its output. It is gone from the node, and ended at the cluster,
 * whatever happens.
 */
export async function withToken(
  host: ConnectedHost<string>,
  { bastion, join_token_ttl }: Variables,
  file: string,
  work: () => Promise<void>,
): Promise<void> {
  const cluster = host.on(bastion)
  const token = new Secret(randomBytes(16).toString('hex'))
  // From here on it is masked in everything that is printed.
  token.reveal()
  await cluster.run(lasting(token, seconds(join_token_ttl)))
  try {
    // Not as a file of ours, of which a copy might be kept.
    await host.run(
      run({ stdin: token, secret: true })`umask 077; file=${file}; mkdir -p "\${file%/*}" && cat >"$file"`,
    )
    await work()
  } finally {
    await Promise.all([
      host.run(run`[ ! -e ${file} ] || shred -u -- ${file}`),
      cluster.run(lasting(token, 5)),
    ])
  }
}

/**
 * Lets the token be good for so long from now on. A few seconds end it: `tctl tokens rm` would show it to every user of the
 * host among its words, and a time that is past already would be taken for half an hour (UpsertToken,
 * lib/services/local/provisioning.go).
 */
function lasting(token: Secret, left: number): Command {
  return run({ stdin: token, secret: true })`read -r token || [ -n "$token" ]
printf '{"kind":"token","version":"v2","metadata":{"name":"%s","expires":"%s"},"spec":{"roles":["Node"],"join_method":"token"}}' \
  "$token" "$(date -u -d ${`+${left} seconds`} +%Y-%m-%dT%H:%M:%SZ)" | ${tctlWithInput('create', '-f')} >/dev/null`
}
