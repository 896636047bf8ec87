import { z } from '../../index.ts'

/** The chains of the kernel itself, by table (iptables(8)). */
export const BUILTIN = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
} as const

export type IptablesTable = keyof typeof BUILTIN

export const iptablesTable = () => z.enum(['filter', 'nat', 'mangle', 'raw', 'security'])

export function isBuiltin(table: IptablesTable, chain: string): boolean {
  return BUILTIN[table].some(name => name === chain)
}

/** Whether some table has a chain of the kernel of that name. */
export function isBuiltinSomewhere(chain: string): boolean {
  return Object.values(BUILTIN).some(names => names.some(name => name === chain))
}

/** The longest name of a chain or target (XT_EXTENSION_MAXNAMELEN, without its NUL). */
const LONGEST = 28

const EXPECTED = `expected a name of at most ${LONGEST} letters, digits, "_", "." and "-", such as 'RAMPART-IN'`

/** The parameter for a chain. */
export function chainName(error = EXPECTED) {
  return z.string().refine(name => /^\w[\w.-]*$/.test(name) && name.length <= LONGEST, { error })
}

/** Why a chain cannot be ours as a whole; undefined if it can. */
export function whoseChain(name: string): string | undefined {
  if (isBuiltinSomewhere(name)) return 'it is a chain of the kernel: name one of your own, which it jumps to'
  if (TARGETS.includes(name)) return 'it is the name of a target'
  if (FOREIGN.test(name)) return 'it belongs to another program: name one of your own, and give that as from'
  return undefined
}

/** What iptables(8) and iptables-extensions(8) call targets. */
const TARGETS = [
  ...['ACCEPT', 'DROP', 'QUEUE', 'RETURN', 'REJECT', 'LOG', 'NFLOG', 'NFQUEUE', 'DNAT', 'SNAT', 'MASQUERADE'],
  ...[
    'REDIRECT',
    'NETMAP',
    'TPROXY',
    'MARK',
    'CONNMARK',
    'CT',
    'NOTRACK',
    'TCPMSS',
    'CLASSIFY',
    'DSCP',
    'SET',
  ],
]

/** Docker, Tailscale, Kubernetes and its networks, libvirt, podman, ufw, fail2ban, firewalld. */
const FOREIGN = /^(?:DOCKER|ts-|KUBE-|cali-|FLANNEL|CILIUM|CNI-|LIBVIRT_|NETAVARK|ufw6?-|f2b-)/
