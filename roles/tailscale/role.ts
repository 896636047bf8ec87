import type { Facts } from 'rampart'
import { flushHandlers, role, task } from 'rampart'
import { packages, restart, service, sysctl } from 'rampart/resources'
import { isTailnet } from '../forward-proxy/networks.ts'
import { inForce } from './expiry.ts'
import { loggedIn } from './login.ts'
import { loggedOut } from './logout.ts'
import { DEFAULTS, proxyInForce, proxySettings } from './proxy.ts'
import { repository } from './repository.ts'
import { settings } from './settings.ts'
import type { Variables } from './variables.ts'
import { variables } from './variables.ts'
import { guarded } from './way-back.ts'

const restartDaemon = restart('tailscaled')

/**
 * The host in a tailnet, beside its other ways in, which must do without it. It logs in only where it is logged out, and
 * sets each preference by itself, so that what its owner has set stays.
 */
export default role({
  name: 'tailscale',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, facts, host }) => {
    if (vars.state === 'absent')
      return [
        task('logged out', loggedOut),
        packages({ names: ['tailscale'], state: 'absent', purge: true }),
        repository(facts, vars),
      ]
    const hostname = vars.hostname ?? nameOf(host.name)
    const couldCut = isMember(facts) || vars.accept_routes
    return [
      repository(facts, vars),
      task('tailscale', program(vars)),
      task('proxy settings', proxySettings(vars), {
        notify: restartDaemon,
        ...(couldCut ? { guard: { touches: [`file:${DEFAULTS}`, 'unit:tailscaled.service'] } } : {}),
      }),
      vars.routes.length > 0 && sysctl({ key: 'net.ipv4.ip_forward', value: 1 }),
      vars.routes.some(route => route.includes(':')) &&
        sysctl({ key: 'net.ipv6.conf.all.forwarding', value: 1 }),
      service({ unit: 'tailscaled' }),
      flushHandlers(),
      vars.proxy_url !== undefined && task('proxy in force', proxyInForce(vars)),
      task(
        'member of the tailnet',
        loggedIn(vars, hostname),
        couldCut ? { guard: guarded(vars.up_timeout) } : {},
      ),
      task('preferences', settings(vars, hostname), couldCut ? { guard: guarded(0) } : {}),
      task('tailnet in force', inForce(vars)),
    ]
  },
})

/** Without what it recommends: a keyring for all repositories, where ours has its own. */
const program = ({ version, hold }: Variables) =>
  packages({
    names: [version === undefined ? 'tailscale' : `tailscale=${version}`],
    recommends: false,
    allowDowngrades: version !== undefined,
    ...(hold === undefined ? {} : { hold }),
  })

/** In a tailnet already, so that it may be the way by which we came, or somebody else will. */
const isMember = ({ addresses }: Facts): boolean => addresses.some(({ address }) => isTailnet(address))

/** As Tailscale itself makes a name of any other (dnsname.SanitizeHostname). */
const nameOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
