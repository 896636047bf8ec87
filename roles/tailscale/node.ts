import type { Probe } from 'rampart'
import { CheckFailed, read, z } from 'rampart'

const list = () => z.array(z.string()).nullish()

/** `tailscale status --json` (ipn/ipnstate). */
const status = z.object({
  BackendState: z.string(),
  HaveNodeKey: z.boolean().default(false),
  TailscaleIPs: list(),
  Health: list(),
  Self: z
    .object({ Online: z.boolean().default(false), Tags: list(), KeyExpiry: z.string().optional() })
    .nullish(),
})

/** `tailscale debug prefs` (ipn.Prefs): what the role sets, and what a login would set back. */
const prefs = z.object({
  ControlURL: z.string(),
  CorpDNS: z.boolean(),
  RouteAll: z.boolean(),
  RunSSH: z.boolean(),
  ShieldsUp: z.boolean(),
  Hostname: z.string(),
  NetfilterMode: z.number(),
  AdvertiseRoutes: list(),
  AdvertiseTags: list(),
  AutoUpdate: z.object({ Check: z.boolean().default(true), Apply: z.boolean().nullish() }),
  ExitNodeIP: z.string().default(''),
  AutoExitNode: z.string().default(''),
  ExitNodeAllowLANAccess: z.boolean().default(false),
  NoSNAT: z.boolean().default(false),
  NoStatefulFiltering: z.boolean().nullish(),
  OperatorUser: z.string().default(''),
  PostureChecking: z.boolean().default(false),
  AppConnector: z.object({ Advertise: z.boolean().default(false) }).prefault({}),
  RunWebClient: z.boolean().default(false),
  RelayServerPort: z.number().nullish(),
})

export type Status = z.output<typeof status>
export type Prefs = z.output<typeof prefs>

/** A host of the tailnet as its own daemon sees it. */
export interface Node extends Status {
  readonly prefs: Prefs
}

/** Both at once. What is only on its way into the tailnet, as after a start, is waited for, half a minute at most. */
const STATE = read`left=60
while :; do
  said=$(tailscale status --json --peers=false 2>&1); code=$?
  case $code$said in
    0*'"BackendState": "NoState"'* | 0*'"BackendState": "Starting"'* | 0*'"BackendState": "Running"'*'"Online": false'*) ;;
    *) break ;;
  esac
  [ "$left" -gt 0 ] || break
  sleep 0.5; left=$((left - 1))
done
printf '%s\\n' "$said"
[ "$code" = 0 ] && printf '\\nprefs\\n' && tailscale debug prefs`

/** Throws a CheckFailed where the daemon does not answer: that is not the same as logged out. */
export async function nodeOf(probe: Probe): Promise<Node> {
  const { code, stdout, stderr } = await probe.ask(STATE)
  const [one = '', other = ''] = stdout.split('\n\nprefs\n')
  if (code !== 0)
    throw new CheckFailed(`tailscaled does not answer: ${(other || stderr || one).trim()}`, {
      hint: 'systemctl status tailscaled; in a container it needs /dev/net/tun.',
    })
  return { ...understood(status, one), prefs: understood(prefs, other) }
}

function understood<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new CheckFailed('this version of tailscale tells its state in another form', {
      cause,
      hint: 'tailscale version; 1.60 and newer are understood.',
    })
  }
}

export const isIn = ({ BackendState }: Status): boolean => BackendState === 'Running'
