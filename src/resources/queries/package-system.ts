import type { Probe } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import { freshLists } from './apt-policy.ts'
import { freshMetadata } from './dnf-repoquery.ts'

/** Whose packages a host has. */
export type PackageSystem = 'dpkg' | 'rpm'

/**
 * For sh: sets `system` to what the host's packages are of. Its os-release says so, as a Debian may have rpm and a Red Hat
 * dpkg installed; where that says nothing, the programs do.
 */
export const PACKAGE_SYSTEM = read`for release in /etc/os-release /usr/lib/os-release; do [ ! -r "$release" ] || break; done
case " $( . "$release" 2>/dev/null; echo "$ID $ID_LIKE") " in
*' debian '*|*' ubuntu '*) system=dpkg ;;
*' rhel '*|*' fedora '*|*' centos '*) system=rpm ;;
*) if command -v apt-get >/dev/null; then system=dpkg; else system=rpm; fi ;;
esac
case $system in dpkg) command -v dpkg-query >/dev/null || system=none ;; rpm) command -v rpm >/dev/null && command -v dnf >/dev/null || system=none ;; esac
`

/** What stands on the first line of an answer. Throws a CheckFailed for a host with neither. */
export function packageSystem(line: string): PackageSystem {
  if (line === 'dpkg' || line === 'rpm') return line
  throw new CheckFailed('this host has neither dpkg with apt nor rpm with dnf', {
    hint: 'Packages are handled on Debian, Ubuntu, Red Hat and what is made of them. Elsewhere command({…}) may install them.',
  })
}

/** Whether what the host knows of its repositories was fetched within so many seconds. */
export async function hasFreshLists(probe: Probe, seconds: number): Promise<boolean> {
  const { stdout } = await probe.ask(
    read`${PACKAGE_SYSTEM}case $system in dpkg) ${freshLists(seconds)} ;; rpm) ${freshMetadata(seconds)} ;; esac && echo fresh`,
  )
  return stdout === 'fresh\n'
}
