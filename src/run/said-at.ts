import { explain, placeOfHost } from '../inventory/origin.ts'
import { RampartError } from '../model/error.ts'
import type { Fleet, FleetHost } from '../model/fleet.ts'
import { isMistake } from '../model/mistake.ts'
import type { Place } from '../model/place.ts'

/** An error in opening a host. A mistake in what is said of the way to it gets the place where that is said. */
export function withPlace(error: unknown, host: FleetHost, fleet: Fleet): unknown {
  if (!isMistake(error) || !RampartError.is(error) || error.at !== undefined) return error
  const at = placeOfKey(error.message, host, fleet) ?? placeOfHost(host)
  return at === undefined ? error : Object.assign(error, { at })
}

/** Where the key that a message names is given: to the host, or to one that it is reached through. */
function placeOfKey(message: string, host: FleetHost, fleet: Fleet): Place | undefined {
  for (let hop: FleetHost | undefined = host; hop; hop = fleet.hosts.get(hop.via ?? '')) {
    const key = hop.route.transport === 'ssh' ? hop.route.key : undefined
    if (key?.from === 'file' && message.includes(key.path)) return explain(hop).get('key')?.[0]?.place
  }
  return undefined
}
