import { posix } from 'node:path'
import type { Command } from '../../index.ts'
import { read, run } from '../../index.ts'
import { APT_STAMP, freshLists } from '../queries/apt-policy.ts'
import type { PackageWork } from './package-work.ts'

/**
 * One transaction of apt. Lists are fetched only if they are old, or if apt could not do it with those it has; without a
 * cacheTime never.
 */
export function aptGet(work: PackageWork): Command {
  const { verb, packages, cacheTime, lockTimeout, hold, unhold } = work
  const always = [
    ...['-y', '-o', `DPkg::Lock::Timeout=${lockTimeout}`],
    ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'],
    // Otherwise a name that nobody has is taken as a pattern, and all that matches it is installed.
    ...['-o', 'APT::Cmd::Pattern-Only=true'],
    ...options(work),
  ]
  const doing = read`apt-get -q ${always} ${verb} -- ${packages}`
  const fetching =
    cacheTime === undefined
      ? read`:`
      : read`{ ${freshLists(cacheTime)} && apt-get -s -qq ${always} ${verb} -- ${packages} >/dev/null 2>&1; } || fetched ${lockTimeout}`
  return run({
    unit: true,
  })`export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
${marked('unhold', unhold)}
${FETCHED}${verb === 'install' ? fetching : read`:`} || exit
${
  packages.length === 0
    ? read`:`
    : read`exec 3>&1
said=$( ${doing} 2>&1 >&3 ); code=$?
[ -z "$said" ] || printf '%s\\n' "$said" >&2
case $said in
*'dpkg was interrupted'*) echo ${INTERRUPTED} >&2 ;;
*'Unable to acquire the dpkg frontend lock'*) apt-get -q -o DPkg::Lock::Timeout=0 check 2>&1 | grep 'held by' >&2 ;;
esac
[ "$code" = 0 ] || exit "$code"`
}
${marked('hold', hold)}`
}

function options({ recommends, allowDowngrades, allowHeld, autoremove }: PackageWork): readonly string[] {
  return [
    ...(recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${recommends}`]),
    ...(allowDowngrades ? ['--allow-downgrades'] : []),
    ...(allowHeld ? ['--allow-change-held-packages'] : []),
    ...(autoremove ? ['--auto-remove'] : []),
  ]
}

const INTERRUPTED =
  'An earlier installation was cut off on this host. Look at it and run there: dpkg --configure -a'

/** apt-get(8) waits for dpkg's lock, but not for that of its own lists. */
const UPDATED = read`updated() {
left=$1; shift
until said=$(apt-get -q -o Acquire::Retries=3 "$@" update 2>&1); do
case $said in *'Could not get lock'*) ;; *) left=0 ;; esac
[ "$left" -gt 0 ] || { printf '%s\\n' "$said" >&2; return 1; }
sleep 3; left=$((left - 3))
done
}
`
const FETCHED = read`${UPDATED}fetched() { updated "$1" && mkdir -p -- ${posix.dirname(APT_STAMP)} && touch ${APT_STAMP}; }
`

/**
 * Fetches the lists of one source, which need not have its place yet, and leaves those of all others as they are. Fails
 * if any of them cannot be had: apt-get(8) itself would only warn.
 */
export function aptUpdate(source: string, lockTimeout: number): Command {
  return run`${UPDATED}export LC_ALL=C
d=$(mktemp -d /tmp/.sources.rampart-XXXXXX) && cat -- ${source} >"$d/its.sources" &&
updated ${lockTimeout} -o Dir::Etc::sourcelist="$d/its.sources" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any
set -- $?; rm -rf -- "$d"; ( exit "$1" )`
}

const marked = (mark: 'hold' | 'unhold', names: readonly string[]): Command =>
  names.length === 0 ? read`:` : run`apt-mark ${mark} -- ${names} >/dev/null || exit`
