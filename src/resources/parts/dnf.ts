import { posix } from 'node:path'
import type { Command } from '../../index.ts'
import { read, run } from '../../index.ts'
import { rpmName } from '../parameters/package-name.ts'
import { DNF_STAMP, freshMetadata } from '../queries/dnf-repoquery.ts'
import type { PackageWork } from './package-work.ts'

/**
 * One transaction of dnf. Metadata are fetched only if they are old, or if dnf does not find a package in those it has;
 * without a cacheTime never. rpm keeps changed configuration files (`.rpmnew`).
 */
export function dnf(work: PackageWork): Command {
  const { verb, packages, lockTimeout, hold, unhold } = work
  const words = [...options(work), verb === 'install' ? 'install' : 'remove', '--', ...packages.map(rpmName)]
  const doing = read`locked ${lockTimeout} -y ${words}`
  return run({ unit: true })`export LC_ALL=C
${LOCKED}${versionlock('delete', unhold, lockTimeout)}
${packages.length === 0 ? read`:` : read`${before(work, words)}${again(work, doing)} || failed`}
${versionlock('delete', hold, lockTimeout)}
${versionlock('add', hold, lockTimeout)}`
}

/** Fetches the metadata of one repository, whose file need not have its place yet. */
export function dnfMakecache(repo: string, id: string, lockTimeout: number): Command {
  return run`export LC_ALL=C
${LOCKED}d=$(mktemp -d /tmp/.repos.rampart-XXXXXX) && cat -- ${repo} >"$d/its.repo" &&
( locked ${lockTimeout} -y --setopt=reposdir="$d" ${`--setopt=${id}.skip_if_unavailable=0`} --refresh makecache || failed )
set -- $?; rm -rf -- "$d"; ( exit "$1" )`
}

/**
 * `locked SECONDS …` runs dnf, and again while another one holds its lock, but not for longer; what it said is then in
 * `said`. dnf itself would wait for ever. It exits 200 for a lock, and says who holds it.
 */
const LOCKED = read`locked() {
left=$1; shift
until said=$(dnf --setopt=exit_on_lock=1 "$@" 2>&1); do
code=$?
[ "$code" = 200 ] && [ "$left" -gt 0 ] || return "$code"
sleep 3; left=$((left - 3))
done
code=0
}
failed() { printf '%s\\n' "$said" >&2; exit "$code"; }
fetched() { locked "$1" -q -y --refresh makecache && mkdir -p -- ${posix.dirname(DNF_STAMP)} && touch ${DNF_STAMP}; }
`

function options(work: PackageWork): readonly string[] {
  const { verb, recommends, allowHeld, autoremove, cacheTime } = work
  if (verb !== 'install') return [`--setopt=clean_requirements_on_remove=${autoremove}`]
  return [
    '--best',
    ...(cacheTime === undefined ? ['--setopt=metadata_expire=-1', '--setopt=*.metadata_expire=-1'] : []),
    ...(recommends === undefined ? [] : [`--setopt=install_weak_deps=${recommends}`]),
    ...(allowHeld ? ['--disableplugin=versionlock'] : []),
  ]
}

/** Fetches what is old, and refuses to go back to an older version: dnf takes the wish for one as leave to do so. */
function before(work: PackageWork, words: readonly string[]): Command<'read'> {
  const { verb, packages, cacheTime, lockTimeout, allowDowngrades } = work
  if (verb !== 'install') return read``
  const fetching =
    cacheTime === undefined ? read`` : read`${freshMetadata(cacheTime)} || fetched ${lockTimeout} || failed\n`
  const isGuarded = !allowDowngrades && packages.some(name => name.includes('='))
  if (!isGuarded) return fetching
  return read`${fetching}locked ${lockTimeout} --assumeno ${words} || [ "$code" = 1 ] || failed
back=$(printf '%s\\n' "$said" | sed -n '/^Downgrading:/,/^$/p')
[ -z "$back" ] || { printf '%s\\n' "$back" ${'allowDowngrades: true lets them go back.'} >&2; exit 1; }
`
}

/** Once more with new metadata if those it has do not know a package. */
const again = ({ verb, cacheTime, lockTimeout }: PackageWork, doing: Command<'read'>): Command<'read'> =>
  verb !== 'install' || cacheTime === undefined
    ? doing
    : read`${doing} || { case $said in *'Unable to find a match'*) fetched ${lockTimeout} && ${doing} ;; *) false ;; esac; }`

/** Of dnf-versionlock(8), a plugin that not every host has. */
function versionlock(verb: 'add' | 'delete', names: readonly string[], lockTimeout: number): Command {
  if (names.length === 0) return run`:`
  const doing = run`locked ${lockTimeout} -q versionlock ${verb} ${names.map(rpmName)}`
  // Those that are not held are no mistake.
  if (verb === 'delete') return run`${doing} || :`
  return run`${doing} || { case $said in *[Nn]'o such command'*) said=${NO_VERSIONLOCK} ;; esac; failed; }`
}

const NO_VERSIONLOCK =
  "Packages are held by dnf's versionlock: put packages({ names: ['python3-dnf-plugin-versionlock'] }) before it."
