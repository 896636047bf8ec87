import { debianMirror } from '../../controller/apt.ts'
import type { Site } from '../container.ts'
import { addressOf } from '../network.ts'
import { relayName, repositoryOf, teleportName } from './names.ts'
import type { World } from './open.ts'
import { certificateFiles } from './trust.ts'
import type { LabVariables } from './yaml.ts'

/** Where the roles' own lists have Debian; the mirror of this machine may be another. */
const usualMirrors = ['deb.debian.org', 'security.debian.org']

/**
 * What the playbooks of the stack must be told in this lab, as one would write it into one's own inventory. A role's
 * variables stand under its name; what is the same everywhere, and every default, is left to the role.
 */
export async function labVariables(site: Site, world: World): Promise<LabVariables> {
  const { cluster } = site.networks
  const lan = [`${cluster.v4}.0/24`, ...(cluster.v6 === undefined ? [] : [`${cluster.v6}::/64`])]
  const proxy = addressOf(cluster, 10).v4
  const mirrors = await ownMirrors()
  return {
    all: {
      cluster_name: 'lab',
      teleport_fqdn: teleportName,
      lan_cidrs: lan,
      egress_proxy_url: `http://${proxy}:8888`,
      key_fingerprints: fingerprints(site, world),
      tailscale: { auth_key: { file: site.lab.files.tailscaleKey } },
    },
    hosts: {
      bastion: {
        'forward-proxy': {
          listen: [proxy],
          allow: lan,
          extra_domains: [teleportName, relayName, ...mirrors],
        },
        openresty: { tls_cert: certificateFiles.chain, tls_key: certificateFiles.key },
      },
    },
    groups: { dgx: mirrors.length === 0 ? {} : { 'package-proxies': { extra_hosts: mirrors } } },
  }
}

/** Of the vendors' keys that are the lab's own; whoever is real has the key that the roles know. */
function fingerprints({ names }: Site, world: World): Readonly<Record<string, string>> {
  const served = [...world.fingerprints].filter(([vendor]) =>
    names.some(({ name }) => name === repositoryOf(vendor)),
  )
  return Object.fromEntries(served)
}

/** The hosts' apt has the mirrors of this machine. */
async function ownMirrors(): Promise<readonly string[]> {
  const { main, security } = await debianMirror()
  const hosts = [main, security].map(url => new URL(url).hostname)
  return [...new Set(hosts)].filter(host => !usualMirrors.includes(host))
}
