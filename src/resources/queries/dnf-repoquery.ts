import type { Command } from '../../index.ts'
import { read } from '../../index.ts'
import { rpmName } from '../parameters/package-name.ts'

/** Prints the newest version of each package that dnf knows of, out of what it fetched before. */
export const repoquery = (names: readonly string[]): Command<'read'> =>
  read`LC_ALL=C dnf -C -q repoquery --available --latest-limit=1 --qf ${'%{name}\t%{arch}\t%{epoch}\t%{version}-%{release}'} -- ${names.map(rpmName)}`

/** Whether dnf's metadata are young enough, for sh. dnf looks at this stamp too; we set it, as not every dnf does. */
export const freshMetadata = (seconds: number): Command<'read'> =>
  read`[ -n "$(find ${DNF_STAMP} -mmin -${Math.ceil(seconds / 60)} 2>/dev/null)" ]`

export const DNF_STAMP = '/var/cache/dnf/last_makecache'
