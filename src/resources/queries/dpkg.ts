import type { Command, Reply } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import type { InstalledPackage } from './installed.ts'
import { chunks } from './words.ts'

const ROW = `\${Package}\t\${Architecture}\t\${Version}\t\${db:Status-Abbrev}\n`
/** Its own architecture is the host's: asking it for that would be one more process. */
const DPKG = 'dpkg'
const PROVISION = `\${db:Status-Abbrev}\t\${Provides}\n`

/** Prints what dpkg knows of packages, and after an empty line, if one is not installed, what others provide. */
export function dpkgQuery(names: readonly string[]): Command<'read'> {
  const asked = chunks([DPKG, ...names]).map(
    chunk => read`rows=$(dpkg-query -W -f ${ROW} -- ${chunk}) || case $? in 1) missing=1 ;; *) exit 2 ;; esac
[ -z "$rows" ] || printf '%s\\n' "$rows"
case $rows in *'	un '*) missing=1 ;; esac
`,
  )
  const words = names.flatMap(name => ['-e', withoutArchitecture(name)])
  return read`missing=
${asked}echo
[ -z "$missing" ] || dpkg-query -W -f ${PROVISION} | grep -F ${words}`
}

/** Reads the answer. Throws a CheckFailed if there is none. */
export function parseDpkg({ stdout, stderr }: Reply, names: readonly string[]): readonly InstalledPackage[] {
  const at = stdout.indexOf('\n\n')
  if (at < 0) {
    throw new CheckFailed(`dpkg of this host does not answer: ${stderr.trim()}`, {
      hint: 'Look at its database on the host; dpkg --audit may tell more.',
    })
  }
  const rows = stdout.slice(0, at).split('\n')
  const found = rows.map(row => row.split('\t') as [string, string?, string?, string?])
  const native = found.find(([of]) => of === DPKG)?.[1]
  const provided = providedNames(stdout.slice(at + 2))
  return names.map(name => {
    const [bare = '', architecture = native] = name.split(':')
    const row = found.find(([of, its]) => of === bare && (its === architecture || its === 'all'))
    return { system: 'dpkg', ...described(row?.[2], row?.[3]), isProvided: provided.has(bare) }
  })
}

/** dpkg-query(1), `db:Status-Abbrev`: what is wanted, how it is, and `R` where it must be installed again. */
function described(
  version: string | undefined,
  status = 'un ',
): Omit<InstalledPackage, 'system' | 'isProvided'> {
  const [want, is, error] = status
  const isInstalled = (is === 'i' || is === 'W' || is === 't') && error !== 'R'
  return {
    version: isInstalled && version ? version : null,
    isBroken: !isInstalled && is !== 'n' && is !== 'c',
    isLeftOver: is === 'c',
    isHeld: want === 'h',
  }
}

/** `awk, editor (= 1.2)` of each installed package. */
function providedNames(rows: string): ReadonlySet<string> {
  const lists = rows.split('\n').map(row => row.split('\t'))
  return new Set(
    lists.flatMap(([status = '', names = '']) =>
      status[1] === 'i' ? names.split(', ').map(name => name.replace(/[ :].*$/, '')) : [],
    ),
  )
}

const withoutArchitecture = (name: string): string => name.replace(/:.*$/, '')
