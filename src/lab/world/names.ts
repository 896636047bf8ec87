import { createConnection } from 'node:net'
import type { KnownName } from '../container.ts'
import type { LabNetwork } from '../network.ts'
import { addressOf } from '../network.ts'

/** The one relay of the lab's tailnet. */
export const relayName = 'derp1.lab.test'

/** A real tailnet takes a key of one's own, which the lab does not have: these are its own with `online`, too. */
const tailnet = ['controlplane.tailscale.com', 'login.tailscale.com', 'log.tailscale.com']

/** Where the vendors' packages and images are. */
const vendors = [
  'pkgs.tailscale.com',
  'download.docker.com',
  'apt.releases.teleport.dev',
  'yum.releases.teleport.dev',
  'openresty.org',
  'public.ecr.aws',
  'registry-1.docker.io',
]

/** Where each vendor's packages are that are signed with a key of the lab's. */
const repositories: Readonly<Record<string, string>> = {
  tailscale: 'pkgs.tailscale.com',
  docker: 'download.docker.com',
  teleport: 'apt.releases.teleport.dev',
  openresty: 'openresty.org',
}

/** The name under which a vendor's packages are. */
export function repositoryOf(vendor: string): string | undefined {
  return repositories[vendor]
}

/** All names for which the world has a certificate. */
export const worldNames: readonly string[] = [relayName, ...tailnet, ...vendors]

/** The lab's own domain: the name of the bastion on the web. */
export const teleportName = 'teleport.lab.test'

/** The numbers in the public network of the two hosts that have names. */
const numbers = { world: 2, bastion: 10 } as const

/**
 * The names that every host of the lab knows. With `online` without the vendors' that answer this machine: there the
 * hosts go to the real ones.
 */
export async function knownNames(network: LabNetwork, online: boolean): Promise<readonly KnownName[]> {
  const real = await Promise.all(vendors.map(name => online && answers(name)))
  const served = [relayName, ...tailnet, ...vendors.filter((_, index) => !real[index])]
  const world = addressOf(network, numbers.world)
  const bastion = addressOf(network, numbers.bastion)
  return [
    ...served.map(name => ({ name, address: world.v4 })),
    { name: teleportName, address: bastion.v4 },
    ...(bastion.v6 === undefined ? [] : [{ name: teleportName, address: bastion.v6 }]),
  ]
}

/** Whether somebody takes connections there. */
function answers(name: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ host: name, port: 443 })
    const tell = (answer: boolean) => () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(5000, tell(false)).once('connect', tell(true)).once('error', tell(false))
  })
}
