import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import type { Differences } from './rbac-differences.ts'
import type { Json, JsonMap } from './tctl.ts'
import { CONTAINER, isMap, mapIn, parsed } from './tctl.ts'
import type { Variables } from './variables.ts'

const PING = read`curl -ks --max-time 10 https://127.0.0.1:3080/webapi/ping`

/**
 * That Teleport runs with the settings that are in its files now, and is ready. It reads them only when it starts, and a
 * start ends the sessions that go through it: only for other settings is there one.
 */
export function inForce(vars: Variables): { check(probe: Probe): Promise<Plan> } {
  const files = read`${`${vars.data_dir}/config`}/*`
  return {
    async check(probe) {
      const [age, ready, live] = await Promise.all([
        probe.ask(
          read`started=$(docker inspect --format '{{.State.StartedAt}}' ${CONTAINER}) &&
[ "$(date -d "$started" +%s)" -lt "$(stat -c %Y ${files} | sort -n | tail -n 1)" ]`,
        ),
        probe.ask(readyz(vars)),
        probe.ask(PING),
      ])
      const isOld = age.code === 0
      const isReady = ready.stdout === '200'
      const ping = parsed(live.stdout)
      const told = isReady && isMap(ping) ? differences(ping, vars) : {}
      const changes: Differences = {
        ...told,
        ...(isOld ? { 'settings in force': ['older ones', 'these'] } : {}),
        ...(isReady ? {} : { readyz: [ready.stdout === '000' ? 'no answer' : ready.stdout, '200'] }),
      }
      if (Object.keys(changes).length === 0) {
        sameVersion(ping, vars)
        return inSync()
      }
      const needsRestart = isOld || Object.keys(told).length > 0
      const wait = untilReady(vars)
      return drift(
        { kind: 'fields', changes },
        needsRestart ? [run`docker restart --time 30 ${CONTAINER} >/dev/null`, wait] : [wait],
      )
    },
  }
}

/** Asked on its socket, as a port for it would be one more to guard. */
const readyz = ({ data_dir }: Variables) =>
  read`curl -s --max-time 10 -o /dev/null -w '%{http_code}' --unix-socket ${data_dir}/data/debug.sock http://localhost/readyz`

function untilReady(vars: Variables) {
  return run({ timeout: 200 })`left=120
until [ "$(${readyz(vars)})" = 200 ] && ${PING} >/dev/null; do
  [ "$left" -gt 0 ] || { docker logs --tail 20 ${CONTAINER} >&2; exit 1; }
  sleep 1; left=$((left - 1))
done`
}

/** What the proxy tells everybody of itself, and agents go by. */
function differences(ping: JsonMap, { fqdn }: Variables): Differences {
  const proxy = mapIn(ping, 'proxy')
  const address = String(mapIn(proxy, 'ssh')['public_addr'] ?? 'none')
  const routing = String(proxy['tls_routing_enabled'] ?? false)
  return {
    ...(address === `${fqdn}:443` ? {} : { 'public address': [address, `${fqdn}:443`] }),
    ...(routing === 'true' ? {} : { 'TLS routing': [routing, 'true'] }),
  }
}

function sameVersion(ping: Json | undefined, { version, image }: Variables): void {
  const found = isMap(ping) ? ping['server_version'] : undefined
  if (found === version) return
  throw new CheckFailed(`the cluster runs Teleport ${String(found)}, not ${version}`, {
    hint: image === undefined ? 'docker logs teleport' : 'Let image and version say the same.',
  })
}

/** That the edition is the one that its user has a license for. */
export function sameEdition({ edition }: Variables): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const ping = parsed((await probe.ask(PING)).stdout)
      const found = isMap(ping) ? ping['edition'] : undefined
      if ((found === 'ent') === (edition === 'enterprise')) return inSync()
      throw new CheckFailed(`Teleport says that its edition is ${String(found)}, not ${edition}`, {
        hint: 'Let image and edition say the same.',
      })
    },
  }
}
