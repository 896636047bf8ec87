import type { Query, Reply } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import { chunks, wordsQuery } from './words.ts'

/** What systemd says of a unit, in its own words (org.freedesktop.systemd1(5)). */
export interface Unit {
  /** Its own name; another than the asked one if that is an alias. */
  readonly id: string
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error` … */
  readonly load: string
  /** `active`, `reloading`, `inactive`, `failed`, `activating`, `deactivating` … */
  readonly active: string
  /** `running`, `dead`, `auto-restart` … */
  readonly sub: string
  /** `enabled`, `disabled`, `static`, `masked`, `alias`, `generated` …; empty if there is no unit file. */
  readonly file: string
  readonly needsReload: boolean
  /** `simple`, `oneshot` …; empty for other than services. */
  readonly type: string
  readonly remainsAfterExit: boolean
}

const PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'NeedDaemonReload',
  'Type',
  'RemainAfterExit',
].join(',')

/** One `systemctl show` for any number of units, by their whole names. Throws a CheckFailed on a host without systemd. */
export const unitOf: Query<string, Unit> = wordsQuery<Unit>({
  name: 'systemctl show',
  command: units =>
    read`${chunks(units).map(chunk => read`LC_ALL=C systemctl show --no-pager -p ${PROPERTIES} -- ${chunk} || exit; echo\n`)}`,
  parse(reply, units) {
    const blocks = reply.stdout.split('\n\n').filter(block => block.includes('='))
    if (blocks.length !== units.length) throw speechless(reply)
    return blocks.map(unitFrom)
  },
})

function unitFrom(block: string): Unit {
  const properties = new Map(
    block.split('\n').map(line => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
  const property = (name: string): string => properties.get(name) ?? ''
  return {
    id: property('Id'),
    load: property('LoadState'),
    active: property('ActiveState'),
    sub: property('SubState'),
    file: property('UnitFileState'),
    needsReload: property('NeedDaemonReload') === 'yes',
    type: property('Type'),
    remainsAfterExit: property('RemainAfterExit') === 'yes',
  }
}

function speechless({ stderr, code }: Reply): CheckFailed {
  const [said] = stderr.trim().split('\n')
  return new CheckFailed(`systemd of this host does not answer: ${said || `systemctl show exited ${code}`}`, {
    hint: 'Services are handled on hosts that systemd has started.',
  })
}
