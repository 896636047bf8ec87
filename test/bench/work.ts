/** What every tool is to bring about: in every 50 tasks 10 directories, 20 files, 10 lines, 5 users, 1 service, 4 packages. */
export interface Work {
  readonly directories: readonly string[]
  readonly files: readonly { readonly path: string; readonly content: string }[]
  readonly lines: readonly string[]
  readonly users: readonly string[]
  readonly services: readonly string[]
  readonly packages: readonly string[]
}

/** Made before a tool runs, as are the units of the services, stopped and not enabled. */
export const ROOT = '/srv/bench'
export const CONF = `${ROOT}/bench.conf`
export const CONF_BEFORE = '# what the lines are added to\n'

export const DIRECTORY_MODE = '0750'
export const FILE_MODE = '0640'

/** They are installed already, for all tools: how long dpkg takes is no tool's doing. */
const PACKAGES = [
  ...['sudo', 'curl', 'procps', 'iproute2'],
  ...['apt', 'base-files', 'base-passwd', 'bash', 'bsdutils', 'ca-certificates', 'coreutils', 'dash'],
  ...['dbus', 'debconf', 'debianutils', 'diffutils', 'dpkg', 'findutils', 'grep', 'gzip', 'hostname'],
  ...['init-system-helpers', 'iptables', 'libc-bin', 'libc6', 'libpam-modules', 'libpam-runtime', 'login'],
  ...['mawk', 'mount', 'ncurses-base', 'openssh-client', 'openssh-server', 'openssl', 'passwd', 'perl-base'],
  ...['python3', 'sed', 'systemd', 'tar'],
]

/** The work of so many tasks, a multiple of 50 up to 500. */
export function workOf(tasks: number): Work {
  const times = tasks / 50
  const directories = numbered(10 * times).map(n => `${ROOT}/d${n}`)
  return {
    directories,
    files: numbered(20 * times).map((n, i) => ({
      path: `${directories[i % directories.length]}/f${n}.conf`,
      content: Array.from({ length: 12 }, (_, row) => `setting_${row} = value ${row} of file ${n}\n`).join(
        '',
      ),
    })),
    lines: numbered(10 * times).map(n => `option_${n} = on`),
    users: numbered(5 * times).map(n => `bench${n}`),
    services: numbered(times).map(n => `bench${n}`),
    packages: PACKAGES.slice(0, 4 * times),
  }
}

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => String(i).padStart(3, '0'))
