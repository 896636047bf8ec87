import type { ConnectedHost } from 'rampart'
import { CheckFailed, run, Secret } from 'rampart'
import { isMap, parsed, tctl, tctlWithInput } from '../teleport-bastion/tctl.ts'
import type { Variables } from './variables.ts'

/**
 * Lets a node do something while it has a token in a file. Nobody else sees it: it travels on standard input. It is gone
 * from the node, and ended at the cluster, whatever happens.
 */
export async function withToken(
  host: ConnectedHost<string>,
  { bastion, join_token_ttl }: Variables,
  file: string,
  work: () => Promise<void>,
): Promise<void> {
  const cluster = host.on(bastion)
  const { stdout } = await cluster.run(
    run({
      secret: true,
    })`${tctl('tokens', 'add', '--type=node', `--ttl=${join_token_ttl}`, '--format=json')}`,
  )
  const token = tokenIn(stdout)
  try {
    // Not as a file of ours, of which a copy might be kept.
    await host.run(
      run({ stdin: token, secret: true })`umask 077; file=${file}; mkdir -p "\${file%/*}" && cat >"$file"`,
    )
    await work()
  } finally {
    await Promise.all([host.run(run`[ ! -e ${file} ] || shred -u -- ${file}`), cluster.run(ending(token))])
  }
}

function tokenIn(printed: string): Secret {
  const said = parsed(printed)
  const token = isMap(said) ? said['token'] : undefined
  if (typeof token !== 'string' || token === '')
    throw new CheckFailed('tctl printed no token', { hint: 'Is `version` what the cluster runs?' })
  const secret = new Secret(token)
  // From here on it is masked in everything that is printed.
  secret.reveal()
  return secret
}

/**
 * Lets the token end in a few seconds. `tctl tokens rm` would show it to every user of the host among its arguments; a time
 * that is past already would be taken for half an hour (UpsertToken, lib/services/local/provisioning.go).
 */
function ending(token: Secret) {
  return run({ stdin: token, secret: true })`read -r token || [ -n "$token" ]
printf '{"kind":"token","version":"v2","metadata":{"name":"%s","expires":"%s"},"spec":{"roles":["Node"],"join_method":"token"}}' \
  "$token" "$(date -u -d '+5 seconds' +%Y-%m-%dT%H:%M:%SZ)" | ${tctlWithInput('create', '-f')} >/dev/null`
}
