import type { Query, Reply } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import { chunks, wordsQuery } from './words.ts'

/** What dpkg knows of a package. */
export interface Deb {
  /** Of the package as it is installed and configured; null if it is not. */
  readonly version: string | null
  /** It is neither whole nor gone: something went wrong between. */
  readonly isBroken: boolean
  /** It was removed, and its configuration files are still there. */
  readonly isLeftOver: boolean
  readonly isHeld: boolean
  /** Another installed package says that it stands for this one (deb-control(5), Provides). */
  readonly isProvided: boolean
}

const ROW = `\${Package}\t\${Architecture}\t\${Version}\t\${db:Status-Abbrev}\n`
const PROVISION = `\${db:Status-Abbrev}\t\${Provides}\n`

/**
 * One `dpkg-query` for any number of packages; a second one, for what others provide, only if one of them is not
 * installed. Throws a CheckFailed on a host without dpkg.
 */
export const debOf: Query<string, Deb> = wordsQuery<Deb>({
  name: 'dpkg-query',
  command: names => {
    const asked = chunks(names).map(
      chunk => read`rows=$(dpkg-query -W -f ${ROW} -- ${chunk}) || case $? in 1) missing=1 ;; *) exit 2 ;; esac
[ -z "$rows" ] || printf '%s\\n' "$rows"
case $rows in *'	un '*) missing=1 ;; esac
`,
    )
    const words = names.flatMap(name => ['-e', withoutArchitecture(name)])
    return read`if command -v dpkg-query >/dev/null; then
echo dpkg; dpkg --print-architecture; missing=
${asked}echo
[ -z "$missing" ] || dpkg-query -W -f ${PROVISION} | grep -F ${words}
elif command -v rpm >/dev/null; then echo rpm
else echo none; fi`
  },
  parse(reply, names) {
    const [head = '', provisions = ''] = divided(reply)
    const [, native = '', ...rows] = head.split('\n')
    const found = rows.map(row => row.split('\t') as [string, string?, string?, string?])
    const provided = providedNames(provisions)
    return names.map(name => {
      const [bare = '', architecture = native] = name.split(':')
      const row = found.find(([of, its]) => of === bare && (its === architecture || its === 'all'))
      return { ...described(row?.[2], row?.[3]), isProvided: provided.has(bare) }
    })
  },
})

/** The rows, and after an empty line what is provided. */
function divided({ stdout, stderr }: Reply): readonly [string, string] {
  const [kind] = stdout.split('\n', 1)
  const at = stdout.indexOf('\n\n')
  if (kind === 'dpkg' && at >= 0) return [stdout.slice(0, at), stdout.slice(at + 2)]
  if (kind === 'dpkg') {
    throw new CheckFailed(`dpkg of this host does not answer: ${stderr.trim()}`, {
      hint: 'Look at its database on the host; dpkg --audit may tell more.',
    })
  }
  if (kind === 'rpm') {
    throw new CheckFailed(
      'the packages of this host are of rpm, and rampart handles only those of dpkg so far',
      {
        hint: 'dnf is to come; until then: command({ run: run`dnf install -y …`, unless: read`rpm -q …` }).',
      },
    )
  }
  throw new CheckFailed('this host has no dpkg', {
    hint: 'Packages are handled on Debian, Ubuntu and what is made of them.',
  })
}

/** dpkg-query(1), `db:Status-Abbrev`: what is wanted, how it is, and `R` where it must be installed again. */
function described(version: string | undefined, status = 'un '): Omit<Deb, 'isProvided'> {
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
