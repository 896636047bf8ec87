import type { Command } from '../../index.ts'
import { read } from '../../index.ts'
import { rpmName } from '../parameters/package-name.ts'
import type { InstalledPackage } from './installed.ts'
import { chunks } from './words.ts'

const ROW = `%{NAME}\t%{ARCH}\t%{EPOCHNUM}\t%{VERSION}-%{RELEASE}\n`
const PROVISION = '[%{PROVIDENAME}\n]'

/**
 * Prints what rpm knows of packages, which of them dnf's versionlock holds, and, if one is not installed, what others
 * provide. Empty lines part the three.
 */
export function rpmQuery(names: readonly string[]): Command<'read'> {
  const asked = chunks(names.map(rpmName)).map(
    chunk => read`rows=$(LC_ALL=C rpm -q --qf ${ROW} -- ${chunk}) || missing=1
printf '%s\\n' "$rows"
`,
  )
  return read`missing=
${asked}echo; sed -n 's/^[^#!]/&/p' /etc/dnf/plugins/versionlock.list 2>/dev/null; echo
[ -z "$missing" ] || LC_ALL=C rpm -q --whatprovides --qf ${PROVISION} -- ${names.map(rpmName)} | grep -Fx ${names.flatMap(name => ['-e', name])}`
}

/** Reads the answer. */
export function parseRpm(stdout: string, names: readonly string[]): readonly InstalledPackage[] {
  const [rows = '', locks = '', provisions = ''] = stdout.split(/^\n/m)
  const found = rpmRows(rows)
  const locked = new Set(locks.split('\n').map(lockedName))
  const provided = new Set(provisions.split('\n'))
  return names.map(name => {
    const version = found.findLast(row => row.is(name))?.version ?? null
    return {
      ...{ system: 'rpm', version, isBroken: false, isLeftOver: false },
      isHeld: locked.has(name.replace(/:.*$/, '')),
      isProvided: version === null && provided.has(name),
    }
  })
}

/** Reads rows of name, architecture, epoch, and version with release; others, such as `package x is not installed`, are no rows. */
export function rpmRows(text: string): readonly { is(name: string): boolean; version: string }[] {
  return text.split('\n').flatMap(line => {
    const [name, architecture, epoch, version] = line.split('\t')
    if (version === undefined) return []
    const is = (wanted: string) => [name, `${name}:${architecture}`].includes(wanted)
    return [{ is, version: epoch === '0' ? version : `${epoch}:${version}` }]
  })
}

/** dnf-versionlock(8): `name-epoch:version-release.*`. */
const lockedName = (line: string): string => line.replace(/-[^-]*-[^-]*$/, '')
