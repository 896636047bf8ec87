import { createHash } from 'node:crypto'
import type { Work } from './work.ts'
import { CONF, DIRECTORY_MODE, FILE_MODE } from './work.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Asks all that there is to know, one process for each kind, and what a converged host answers (its hash). */
export function questions(work: Work): { readonly script: string; readonly expected: string } {
  const { directories, files, lines, users, services, packages } = work
  const paths = files.map(({ path }) => path)
  const script = `export LC_ALL=C
stat -c '%n %F %a %U' ${[...directories, ...paths].join(' ')}
sha256sum ${paths.join(' ')}
grep -cxF ${lines.map(line => `-e '${line}'`).join(' ')} ${CONF}
getent passwd ${users.join(' ')} | cut -d: -f1,7
systemctl show -p ActiveState -p UnitFileState --value ${services.map(name => `${name}.service`).join(' ')}
dpkg-query -W -f '\${db:Status-Status}\\n' ${packages.join(' ')}
`
  const mode = (text: string): string => text.slice(1)
  const answers = [
    ...directories.map(path => `${path} directory ${mode(DIRECTORY_MODE)} root`),
    ...paths.map(path => `${path} regular file ${mode(FILE_MODE)} root`),
    ...files.map(({ path, content }) => `${sha256(content)}  ${path}`),
    String(lines.length),
    ...users.map(name => `${name}:/usr/sbin/nologin`),
    services.map(() => 'active\nenabled').join('\n\n'),
    ...packages.map(() => 'installed'),
  ]
  return { script, expected: sha256(`${answers.join('\n')}\n`) }
}

/** Does all of it, whatever was there before. */
export function writes({ directories, files, lines, users, services, packages }: Work): string {
  return `export LC_ALL=C
set -e
mkdir -p ${directories.join(' ')}
chmod ${DIRECTORY_MODE} ${directories.join(' ')}
${files.map(({ path, content }) => `cat >${path} <<'E'\n${content}E`).join('\n')}
chmod ${FILE_MODE} ${files.map(({ path }) => path).join(' ')}
cat >>${CONF} <<'E'
${lines.join('\n')}
E
${users.map(name => `useradd --no-create-home --shell /usr/sbin/nologin ${name}`).join('\n')}
systemctl --quiet enable --now ${services.map(name => `${name}.service`).join(' ')}
dpkg-query -W ${packages.join(' ')} >/dev/null
`
}
