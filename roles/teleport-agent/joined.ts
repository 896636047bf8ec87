import type { ConnectedHost, Drift, Plan, Probe } from 'rampart'
import { drift, inSync, read, run } from 'rampart'
import type { JsonMap } from '../teleport-bastion/tctl.ts'
import { listed, mapIn, tctl } from '../teleport-bastion/tctl.ts'
import { withToken } from './token.ts'
import type { Variables } from './variables.ts'

const STATE = '/var/lib/teleport'
/** Always the same, so that the settings that name it never change; it is there only while the node joins. */
export const TOKEN_FILE = `${STATE}/join-token`

interface Cure {
  /** It has been in a cluster before, and may come back by itself. */
  readonly hasState: boolean
  /** It runs, but with other settings or in another version. */
  readonly isOther: boolean
}

/**
 * That the node is in the cluster: its agent says so, and so does the cluster, with its labels and version. Only a node
 * that is not gets a token, which is good for minutes, and ended as soon as it has served.
 */
export function joined(vars: Variables) {
  const { bastion, labels, version } = vars
  return {
    on: [bastion],
    async check(probe: Probe<string>): Promise<Plan<Cure>> {
      const [ready, state, token, nodes] = await Promise.all([
        probe.ask(readyz),
        probe.ask(read`cat -- ${STATE}/host_uuid`),
        probe.ask(read`[ -e ${TOKEN_FILE} ]`),
        probe.on(bastion).ask(tctl('nodes', 'ls', '--format=json')),
      ])
      const id = state.stdout.trim()
      const all = listed(nodes)
      const node = all.find(one => id !== '' && mapIn(one, 'metadata')['name'] === id)
      const isReady = ready.stdout.endsWith(' 200')
      const other = node && isReady ? differences(node, labels, version) : {}
      const changes = {
        ...other,
        ...(isReady
          ? {}
          : {
              agent: [ready.stdout.endsWith(' 000') ? 'does not run' : 'is not connected', 'joined'] as const,
            }),
        ...(node ? {} : { 'in the cluster': ['no', 'yes'] as const }),
        ...(token.code === 0 ? { 'join token': ['left behind', 'gone'] as const } : {}),
      }
      if (Object.keys(changes).length === 0) return inSync()
      return drift<Cure>(
        { kind: 'fields', changes },
        { hasState: id !== '', isOther: Object.keys(other).length > 0 },
      )
    },
    async apply(host: ConnectedHost<string>, { cure }: Drift<Cure>): Promise<void> {
      await host.run(run`rm -f -- ${TOKEN_FILE}`)
      const verb = cure.isOther ? 'restart' : 'start'
      if (!cure.hasState || !(await comesBack(host, vars, verb))) {
        if (cure.hasState && vars.force_rejoin) await host.run(run`${forget}`)
        await withToken(host, vars, TOKEN_FILE, async () => {
          await host.run(untilReady(vars))
        })
      }
      await host.on(bastion).run(untilListed(await idOf(host), vars.join_timeout))
    },
  }
}

/** Asked on its socket: what it says, and the status. */
const readyz = read`curl -s --max-time 10 -w ' %{http_code}' --unix-socket ${STATE}/debug.sock http://localhost/readyz`

function differences(node: JsonMap, labels: Variables['labels'], version: string) {
  const changes: Record<string, readonly [string, string]> = {}
  const found = mapIn(mapIn(node, 'metadata'), 'labels')
  for (const [key, value] of Object.entries(labels))
    if (found[key] !== value) changes[`label ${key}`] = [String(found[key] ?? 'none'), value]
  const running = String(mapIn(node, 'spec')['version'])
  if (running !== version) changes['version'] = [running, version]
  return changes
}

/**
 * Whether an agent that was in a cluster is so again once it runs. One that has lost its connection gets the time that it
 * takes; one that says that it never joined gets a moment, as each says so that has just started.
 */
async function comesBack(
  host: ConnectedHost<string>,
  { join_timeout, force_rejoin }: Variables,
  verb: 'start' | 'restart',
): Promise<boolean> {
  const { code } = await host.run(
    run({ timeout: join_timeout + 60, ok: [0, 1] })`systemctl ${verb} teleport.service || exit 2
left=${join_timeout} moment=15
until said=$(${readyz}); case $said in *' 200') true ;; *) false ;; esac; do
  case $said in *' 503' | *recovering*) moment=15 ;; *) moment=$((moment - 1)) ;; esac
  [ "$moment" -gt 0 ] || exit 1
  [ "$left" -gt 0 ] || { ${force_rejoin ? read`exit 1` : read`${explain}; exit 2`}; }
  sleep 1; left=$((left - 1))
done`,
  )
  return code === 0
}

/** What the agent said last, and what to do about it. */
const explain = read`said=$(journalctl --no-pager -q -n 15 -o cat -u teleport.service)
printf '%s\\n' "$said" >&2
case $said in *'different cluster'*) echo 'it was in another cluster before: with force_rejoin: true it joins this one' >&2 ;; esac`

const forget = read`systemctl stop teleport.service && mv -- ${STATE} ${STATE}.before-"$(date +%Y%m%dT%H%M%S)"`

/** Starts the agent, which looks at its token now and not after a pause, and waits. */
function untilReady({ join_timeout, proxy_addr }: Variables) {
  return run({ timeout: join_timeout + 60 })`systemctl restart teleport.service || exit
left=${join_timeout}
until case $(${readyz}) in *' 200') true ;; *) false ;; esac; do
  [ "$left" -gt 0 ] || { ${explain}
    echo ${`the node has not joined ${proxy_addr} after ${join_timeout} s`} >&2; exit 1; }
  sleep 1; left=$((left - 1))
done`
}

const idOf = async (host: ConnectedHost<string>): Promise<string> =>
  (await host.ask(read`cat -- ${STATE}/host_uuid`)).stdout.trim()

/** The cluster hears of a node at its next announcement, a minute apart. */
function untilListed(id: string, timeout: number) {
  return run({ timeout: timeout + 60 })`left=${timeout}
until ${tctl('nodes', 'ls', '--format=json')} | grep -qF ${`"${id}"`}; do
  [ "$left" -gt 0 ] || { echo ${`the cluster does not list the node ${id}`} >&2; exit 1; }
  sleep 1; left=$((left - 1))
done`
}
