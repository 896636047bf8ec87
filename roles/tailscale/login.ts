import type { Command, Plan, Probe, Text } from 'rampart'
import { CheckFailed, drift, inSync, run } from 'rampart'
import type { Way } from './came.ts'
import { wayIn } from './came.ts'
import { daysLeft } from './expiry.ts'
import type { Node } from './node.ts'
import { nodeOf } from './node.ts'
import { flagsAfterUp, upFlags } from './preferences.ts'
import { set } from './settings.ts'
import type { Variables } from './variables.ts'
import { TAILSCALE } from './variables.ts'
import { noted } from './way-back.ts'

type Changes = Readonly<Record<string, readonly [from: string, to: string]>>

/** That the host is in the tailnet, in that one, under those tags. It logs in only if it is not: each key counts. */
export function loggedIn(vars: Variables, hostname: string): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const [node, way] = await Promise.all([nodeOf(probe), wayIn(probe)])
      switch (node.BackendState) {
        case 'Running':
          return asMember(vars, hostname, node, way)
        case 'Stopped':
          return plan({ state: ['down', 'up'] }, noted(DOWN), up(vars))
        case 'NeedsLogin':
          return asStranger(vars, hostname, node, way)
        default:
          if (node.BackendState === 'NoState' && vars.allow_reauth && vars.auth_key !== undefined)
            return asStranger(vars, hostname, node, way)
          throw stuck(node, vars)
      }
    },
  }
}

const plan = (changes: Changes, ...steps: readonly [Command, ...Command[]]): Plan =>
  drift({ kind: 'fields', changes }, steps)

/** Bare, it changes no preference. */
const up = ({ up_timeout }: Variables): Command =>
  run({ timeout: up_timeout + 30 })`timeout ${up_timeout} tailscale up`

const DOWN = run`tailscale down --accept-risk=lose-ssh`

function asStranger(vars: Variables, hostname: string, node: Node, way: Way): Plan {
  if (way === 'carrier' && vars.netfilter_mode === 'on')
    throw new CheckFailed('this login comes from 100.64.0.0/10, whose packets Tailscale would drop', {
      hint: 'Come by another address, or give netfilter_mode: nodivert.',
    })
  const steps = entering(vars, hostname, node, 'the host is logged out, or its key has expired')
  return plan({ state: ['logged out', 'in the tailnet'] }, noted(DOWN), ...steps)
}

function asMember(vars: Variables, hostname: string, node: Node, way: Way): Plan {
  const changes = identity(vars, node)
  if (Object.keys(changes).length === 0) return inSync()
  const what = Object.entries(changes)
    .map(([name, [is, wanted]]) => `${name} is ${is}, not ${wanted}`)
    .join('; ')
  if (!vars.allow_reauth)
    throw new CheckFailed(`${what}: that takes a login`, {
      hint: 'Give auth_key and allow_reauth: true. The host is out of the tailnet for a moment, and may get another address.',
    })
  if (way === 'tailnet')
    throw new CheckFailed(`${what}: that takes a login, which would cut the way rampart came`, {
      hint: 'Reach the host by its own address: put that first in addresses.',
    })
  return plan(changes, ...entering(vars, hostname, node, what, '--force-reauth'))
}

const STATE = '/var/lib/tailscale/tailscaled.state'

/**
 * The key goes to its standard input: in no list of processes, no file, no environment. Where the tailnet refuses it the
 * daemon is as it was: it has taken the new preferences by then, and a member's connection would stay cut.
 */
function entering(
  vars: Variables,
  hostname: string,
  { prefs }: Node,
  why: string,
  ...more: readonly string[]
): readonly [Command, ...Command[]] {
  const flags = [`--timeout=${vars.up_timeout}s`, '--accept-risk=lose-ssh', ...more]
  const kept = `${STATE}.rampart`
  return [
    run`[ ! -e ${STATE} ] || cp -p ${STATE} ${kept}`,
    run({ stdin: keyOf(vars, why), timeout: vars.up_timeout + 90 })`
tailscale up --auth-key=file:/dev/stdin ${flags} ${upFlags(vars, hostname, prefs)} && rm -f ${kept} && exit
systemctl stop tailscaled.service
[ ! -e ${kept} ] || mv -f ${kept} ${STATE}
systemctl start tailscaled.service
echo 'the tailnet did not let this host in. Is auth_key still good: neither used up nor expired, of this tailnet, allowed its tags?' >&2
exit 1`,
    set(flagsAfterUp(vars, prefs)),
  ]
}

function keyOf({ auth_key }: Variables, why: string): Text {
  if (auth_key !== undefined) return auth_key
  throw new CheckFailed(`${why}, and there is no auth_key`, {
    hint: 'Make one in the admin console (reusable: no; ephemeral: no), and give auth_key: !env NAME.',
  })
}

/** What only a login can change. */
function identity(vars: Variables, { prefs, Self }: Node): Changes {
  const granted = [...(Self?.Tags ?? [])].sort().join(' ')
  const wanted = [...(vars.tags ?? [])].sort().join(' ')
  const isOther = vars.tags !== undefined && granted !== wanted
  if (isOther && [...(prefs.AdvertiseTags ?? [])].sort().join(' ') === wanted)
    throw new CheckFailed(`the host asks for ${wanted}, and the tailnet gives it ${granted || 'no tags'}`, {
      hint: "Its rules must name who owns these tags (tagOwners), and the key's maker must be among them.",
    })
  const left = vars.allow_reauth && vars.auth_key !== undefined ? daysLeft(Self?.KeyExpiry) : undefined
  return {
    ...(sameServer(prefs.ControlURL, vars.login_server)
      ? {}
      : { 'login server': [prefs.ControlURL, vars.login_server] as const }),
    ...(isOther ? { tags: [granted || 'none', wanted] as const } : {}),
    ...(left !== undefined && left < vars.expiry_days
      ? { 'key is good for': [`${left} days`, `${vars.expiry_days} days`] as const }
      : {}),
  }
}

/** Tailscale's own has two names (ipn.IsLoginServerSynonym). */
function sameServer(one: string, other: string): boolean {
  const plain = (url: string): string =>
    url.replace(/\/$/, '').replace(/^https:\/\/login\.tailscale\.com$/, TAILSCALE)
  return plain(one) === plain(other)
}

function stuck({ BackendState, Health }: Node, { proxy_url }: Variables): CheckFailed {
  if (BackendState === 'NeedsMachineAuth')
    return new CheckFailed('the tailnet waits for somebody to approve this host', {
      hint: 'Approve it in the admin console, then run again.',
    })
  const said = (Health ?? []).join(' ') || 'it does not reach its coordination server'
  const way = proxy_url === undefined ? 'Does it need proxy_url?' : `Does ${proxy_url} let it through?`
  return new CheckFailed(`tailscaled is ${BackendState}: ${said}`, {
    hint: `${way} Where the tailnet no longer knows the host, auth_key and allow_reauth: true let it in anew.`,
  })
}
