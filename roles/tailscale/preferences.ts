import type { Prefs } from './node.ts'
import { routeOf } from './routes.ts'
import type { Variables } from './variables.ts'

/** What a preference is and should be, as its flag takes it. */
export interface Preference {
  readonly flag: string
  readonly is: string
  readonly wanted: string
}

/** `ipn.Prefs.NetfilterMode` is a number. */
const NETFILTER = ['off', 'nodivert', 'on']

/** Offering the whole internet is another flag's, `--advertise-exit-node`. */
const isExit = (route: string): boolean => route === '0.0.0.0/0' || route === '::/0'

const sorted = (routes: readonly string[]): string => [...new Set(routes)].sort().join(',')

/** All that the role says of a node and `tailscale set` can change; every other preference is its owner's. */
export function preferences(vars: Variables, hostname: string, prefs: Prefs): readonly Preference[] {
  const flag = (name: string, is: boolean, wanted: boolean): Preference => ({
    flag: name,
    is: String(is),
    wanted: String(wanted),
  })
  const routes = (prefs.AdvertiseRoutes ?? []).filter(route => !isExit(route))
  return [
    flag('accept-dns', prefs.CorpDNS, vars.accept_dns),
    flag('accept-routes', prefs.RouteAll, vars.accept_routes),
    flag('ssh', prefs.RunSSH, vars.ssh),
    flag('shields-up', prefs.ShieldsUp, vars.shields_up),
    { flag: 'hostname', is: prefs.Hostname, wanted: hostname },
    {
      flag: 'netfilter-mode',
      is: NETFILTER[prefs.NetfilterMode] ?? String(prefs.NetfilterMode),
      wanted: vars.netfilter_mode,
    },
    {
      flag: 'advertise-routes',
      is: sorted(routes),
      wanted: sorted(vars.routes.map(route => routeOf(route).text)),
    },
    {
      flag: 'auto-update',
      is: String(prefs.AutoUpdate.Apply ?? 'the tailnet decides'),
      wanted: String(vars.auto_update),
    },
  ]
}

/** Those that differ. */
export const different = (all: readonly Preference[]): readonly Preference[] =>
  all.filter(({ is, wanted }) => is !== wanted)

/** The flags that set them so. */
export const flagsTo = (all: readonly Preference[]): readonly string[] =>
  all.map(({ flag, wanted }) => `--${flag}=${wanted}`)

/** The flags that set them back. */
export const flagsBack = (all: readonly Preference[]): readonly string[] =>
  all.map(({ flag, is }) => `--${flag}=${flag === 'auto-update' && is !== 'true' ? 'false' : is}`)

/**
 * The complete set of flags that `tailscale up` insists on where it logs in: ours, and each that somebody has set to
 * something else than its default (cmd/tailscale/cli/up.go).
 */
export function upFlags(vars: Variables, hostname: string, prefs: Prefs): readonly string[] {
  const tags = vars.tags ?? prefs.AdvertiseTags ?? []
  const exits = (prefs.AdvertiseRoutes ?? []).some(isExit)
  const exitNode = prefs.ExitNodeIP || (prefs.AutoExitNode && `auto:${prefs.AutoExitNode}`)
  const theirs: readonly (readonly [isSet: boolean, flag: string])[] = [
    [tags.length > 0, `--advertise-tags=${tags.join(',')}`],
    [exitNode !== '', `--exit-node=${exitNode}`],
    [exitNode !== '' && prefs.ExitNodeAllowLANAccess, '--exit-node-allow-lan-access'],
    [exits, '--advertise-exit-node'],
    [prefs.AppConnector.Advertise, '--advertise-connector'],
    [prefs.NoSNAT, '--snat-subnet-routes=false'],
    [prefs.NoStatefulFiltering === false, '--stateful-filtering'],
    [prefs.OperatorUser !== '', `--operator=${prefs.OperatorUser}`],
    [prefs.PostureChecking, '--report-posture'],
  ]
  const ours = preferences(vars, hostname, prefs).filter(({ flag }) => flag !== 'auto-update')
  return [
    `--login-server=${vars.login_server}`,
    ...flagsTo(ours),
    ...theirs.flatMap(([isSet, flag]) => (isSet ? [flag] : [])),
  ]
}

/** What `up` has no flag for and sets to its default: ours, and what somebody has set. */
export function flagsAfterUp(vars: Variables, prefs: Prefs): readonly string[] {
  const { RunWebClient, AutoUpdate, RelayServerPort } = prefs
  return [
    `--auto-update=${vars.auto_update}`,
    ...(RunWebClient ? ['--webclient'] : []),
    ...(AutoUpdate.Check ? [] : ['--update-check=false']),
    ...(typeof RelayServerPort === 'number' ? [`--relay-server-port=${RelayServerPort}`] : []),
  ]
}
