import { read } from '../../model/command.ts'
import { counted, linesOf, partsOf, section } from './section.ts'

/** The accounts that the host knows, directory services' included where they tell them all. */
export const users = section({
  command: read`getent passwd 2>/dev/null || cat /etc/passwd; echo ==; getent group 2>/dev/null || cat /etc/group`,
  parse: ({ stdout }) => {
    const [passwd = '', group = ''] = partsOf(stdout)
    return {
      users: linesOf(passwd).map(line => {
        const [name = '', , uid, gid, comment = '', home = '', shell = ''] = line.split(':')
        return { name, uid: Number(uid), gid: Number(gid), comment, home, shell }
      }),
      groups: linesOf(group).map(line => {
        const [name = '', , gid, members = ''] = line.split(':')
        return { name, gid: Number(gid), members: members.split(',').filter(Boolean) }
      }),
    }
  },
  brief: ({ users, groups }) => {
    const people = users.filter(
      ({ uid, shell }) => (uid === 0 || uid >= 1000) && !/nologin$|false$/.test(shell),
    )
    return `${users.length}, of whom may log in: ${people.map(({ name }) => name).join(', ')}; ${groups.length} groups`
  },
})

/** dpkg-query(1) */
const DPKG = ['db:Status-Status', 'Package', 'Version', 'Architecture']
  .map(field => ['$', '{', field, '}'].join(''))
  .join('\\t')
  .concat('\\n')

/** What dpkg, rpm or apk has installed. */
export const packages = section({
  command: read`if command -v dpkg-query >/dev/null; then
  echo dpkg; dpkg-query -W -f ${DPKG}
elif command -v rpm >/dev/null; then
  echo rpm; rpm -qa --qf ${'installed\t%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{ARCH}\n'}
elif command -v apk >/dev/null; then
  echo apk; apk info -v 2>/dev/null | sed -E 's/^(.*)-([^-]+-r[0-9]+)$/installed	\\1	\\2	/'
fi`,
  parse: ({ stdout }) => {
    const [manager, ...lines] = linesOf(stdout)
    const installed = lines
      .map(line => line.split('\t'))
      .filter(([status]) => status === 'installed')
      .map(([, name = '', version = '', arch = '']) => ({ name, version: version.replace(/^0:/, ''), arch }))
    return { manager, installed }
  },
  brief: ({ manager, installed }) =>
    manager === undefined ? 'unknown' : `${installed.length} of ${manager}`,
})

/** systemd's services and timers that are loaded. */
export const services = section({
  command: read`LC_ALL=C systemctl list-units --all --plain --no-legend --no-pager --full --type=service,timer,socket; echo ==; LC_ALL=C systemctl list-unit-files --no-legend --no-pager --full --type=service,timer,socket`,
  parse: ({ stdout }) => {
    const [units = '', files = ''] = partsOf(stdout)
    const starts = new Map(linesOf(files).map(line => line.trim().split(/\s+/) as [string, string]))
    return linesOf(units).map(line => {
      const [unit = '', load = '', active = '', sub = ''] = line.trim().split(/\s+/)
      return { unit, load, active, sub, file: starts.get(unit) ?? '' }
    })
  },
  brief: services => {
    const failed = services.filter(({ active }) => active === 'failed').map(({ unit }) => unit)
    const states = counted(services.filter(({ unit }) => unit.endsWith('.service')).map(({ sub }) => sub))
    return `${states || 'no systemd'}${failed.length === 0 ? '' : `; failed: ${failed.join(', ')}`}`
  },
})

/** Whether the host wants to be started anew, and which services run on old libraries: needrestart(1), asked and not acted on. */
export const restart = section({
  command: read({
    timeout: 60,
  })`if [ -e /run/reboot-required ]; then echo reboot; sort -u /run/reboot-required.pkgs 2>/dev/null; fi
echo ==
if command -v needrestart >/dev/null; then echo needrestart; LC_ALL=C timeout 50 needrestart -b -r l 2>/dev/null
elif command -v needs-restarting >/dev/null; then
  echo needs-restarting; LC_ALL=C needs-restarting -r >/dev/null 2>&1; [ "$?" != 1 ] || echo reboot
  LC_ALL=C needs-restarting -s 2>/dev/null
fi`,
  parse: ({ stdout }) => {
    const [debian = '', tool = ''] = partsOf(stdout)
    const [due, ...packages] = linesOf(debian)
    const [asked, ...lines] = linesOf(tool)
    const kernel = lines.some(line => /^NEEDRESTART-KSTA: [23]$|^reboot$/.test(line))
    const services =
      asked === 'needrestart'
        ? lines.flatMap(line => /^NEEDRESTART-SVC: ?(.+)$/.exec(line)?.[1] ?? [])
        : lines.filter(line => line !== 'reboot')
    return { rebootRequired: due !== undefined || kernel, packages, askedBy: asked, services }
  },
  brief: ({ rebootRequired, packages, askedBy, services }) => {
    const reboot = rebootRequired
      ? `reboot required${packages.length > 0 ? ` by ${packages.join(', ')}` : ''}`
      : 'no reboot'
    if (askedBy === undefined) return `${reboot}; services unknown without needrestart`
    return `${reboot}; ${services.length === 0 ? 'no service' : `services: ${services.join(', ')}`}`
  },
})
