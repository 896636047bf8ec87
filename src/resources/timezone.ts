import { posix } from 'node:path'
import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, inSync, z } from '../index.ts'
import type { LinkState } from './link.ts'
import { link } from './link.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { combinedPlan } from './parts/combined-plan.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import type { Stat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'

const spec = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/, {
      error: "expected the name of a time zone, such as 'Europe/Berlin' or 'UTC'",
    })
    .describe('its name in the tz database'),
})

export type TimezoneSpec = z.output<typeof spec>

/** Where /etc/localtime leads, and what there is. */
export interface TimezoneState {
  readonly localtime: LinkState
  /** The zone's own file. */
  readonly zone: Stat
  /** Debian's /etc/timezone, which newer releases no longer have. */
  readonly named: FileState
}

/**
 * The time zone of the host: /etc/localtime leads to it, and /etc/timezone names it where there is one. Programs that
 * run already keep the old one until they are restarted.
 *
 * @example
 * ```ts
 * timezone({ name: 'Europe/Berlin' })
 * ```
 */
export const timezone = defineResource<typeof spec, TimezoneState>({
  kind: 'timezone',
  spec,
  id: () => 'timezone',
  touches: () => [fileTouch(LOCALTIME), fileTouch(named({ name: '' }).path)],
  async read(probe, spec) {
    const [localtime, zone, itsName] = await Promise.all([
      link.type.read(probe, localtimeLink(spec)),
      probe.ask(statOf, zoneFile(spec)),
      readOwnedFile(probe, named(spec)),
    ])
    return { localtime, zone, named: itsName }
  },
  plan(spec, state) {
    if (state.zone === null || state.zone === 'hidden') {
      throw new CheckFailed(`this host knows no time zone ${spec.name}: ${zoneFile(spec)} does not exist`, {
        hint: "Is it written as in `timedatectl list-timezones`? packages({ names: ['tzdata'] }) brings them.",
      })
    }
    const isNamed = state.named.look.stat !== null
    return combinedPlan(linkPlan(spec, state), isNamed ? planOwnedFile(named(spec), state.named) : inSync())
  },
})

const LOCALTIME = '/etc/localtime'
const zoneFile = ({ name }: TimezoneSpec): string => `/usr/share/zoneinfo/${name}`
const named = ({ name }: TimezoneSpec): OwnedFile => ({ path: '/etc/timezone', content: `${name}\n` })

/** Some systems have a copy of the zone there, which a newer tzdata would not reach. */
const localtimeLink = (spec: TimezoneSpec) =>
  link.type.spec.parse({ path: LOCALTIME, target: zoneFile(spec), force: true })

/** Fedora's and systemd's link is a relative one. */
function linkPlan(spec: TimezoneSpec, { localtime }: TimezoneState): Plan {
  const { target } = localtime
  const isThere = target !== null && posix.resolve('/etc', target) === zoneFile(spec)
  return isThere ? inSync() : link.type.plan(localtimeLink(spec), localtime)
}
