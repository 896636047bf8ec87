import type { Booted } from './boot.ts'
import { boot } from './boot.ts'
import type { Site } from './container.ts'
import { createHost, removeHost, startHost } from './container.ts'
import type { Credentials } from './credentials.ts'
import { LabError } from './error.ts'
import type { ReachedHost } from './files.ts'
import type { FoundHost } from './found.ts'
import type { LabHost } from './hosts.ts'
import type { HostImage } from './image.ts'
import type { NetworkName } from './network.ts'
import { addressOf } from './network.ts'
import type { Done } from './steps.ts'

/** Brings one host up, from whatever there is of it, and lets our key in. */
export async function raiseHost(
  site: Site,
  host: LabHost,
  found: FoundHost | undefined,
  image: HostImage | undefined,
  credentials: Credentials,
): Promise<Done<ReachedHost>> {
  const began = await bring(site, host, found, image)
  const booted = await boot(site.engine, site.lab, host.name, credentials)
  return {
    value: {
      name: host.name,
      address: wayTo(site, host),
      via: host.via,
      group: host.group,
      hostKeys: booted.hostKeys,
      ...(host.outside ? { outside: true } : {}),
    },
    changed: began !== 'up' || booted.changed,
    detail: detail(image?.system ?? found?.system ?? '', booted),
  }
}

async function bring(
  site: Site,
  host: LabHost,
  found: FoundHost | undefined,
  image: HostImage | undefined,
): Promise<'up' | 'started' | 'created'> {
  if (found?.state === 'running') return 'up'
  if (found && !unfinished(found)) {
    await startHost(site, host)
    return 'started'
  }
  if (found) await removeHost(site, host.name)
  if (!image) throw new LabError(`${host.name} has no image`)
  await createHost(site, host, image)
  return 'created'
}

/** Whether an `up` was interrupted between making the container and starting it, so that a network may be missing. */
export function unfinished({ state, since }: FoundHost): boolean {
  return state === 'created' && since === undefined
}

/** The address in the host's first network: this machine is in the public one, the bastion in the others. */
function wayTo({ networks }: Site, { numbers }: LabHost) {
  const [network = 'public', number = 0] = Object.entries(numbers)[0] ?? []
  return addressOf(networks[network as NetworkName], number)
}

function detail(system: string, { failedUnits }: Booted): string {
  return failedUnits.length === 0 ? system : `${system}, degraded: ${failedUnits.join(', ')} failed`
}
