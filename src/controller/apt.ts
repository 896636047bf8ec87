import type { Finished } from './command.ts'
import { command } from './command.ts'
import { asRoot } from './privilege.ts'

/** Where this machine gets Debian from. */
export interface DebianMirror {
  readonly main: string
  readonly security: string
}

const debianReleases = /^(bullseye|bookworm|trixie|forky|duke|sid|testing|stable|oldstable)$/
const vendors: DebianMirror = {
  main: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
}

/** The mirrors in this machine's own apt sources; Debian's own where it has none of Debian. */
export async function debianMirror(): Promise<DebianMirror> {
  const format = '$(CREATED_BY) $(RELEASE) $(REPO_URI)'
  const { stdout } = await command(['apt-get', 'indextargets', '--format', format])
  const rows = stdout.split('\n').map(line => line.split(' '))
  const find = (wanted: (release: string) => boolean) =>
    rows.find(([kind, release = '']) => kind === 'Packages' && wanted(release))?.[2]?.replace(/\/$/, '')
  return {
    main: find(release => debianReleases.test(release)) ?? vendors.main,
    security: find(release => /^\w+-security$/.test(release)) ?? vendors.security,
  }
}

/** Whether packages of this machine are installed by apt. */
export async function hasApt(): Promise<boolean> {
  return (await command(['apt-get', '--version'])).code === 0
}

/** Installs packages on this machine, as root, with nothing asked and nothing recommended. */
export async function installPackages(packages: readonly string[]): Promise<Finished> {
  // sudo drops our environment, so that env comes after it.
  const apt = [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-qq',
    '-o',
    'DPkg::Lock::Timeout=120',
  ] as const
  const update = await command(asRoot([...apt, 'update']))
  const install = await command(asRoot([...apt, 'install', '-y', '--no-install-recommends', ...packages]))
  // Old lists often do as well, so that only the install decides; but then it is the update that says why.
  return install.code === 0 ? install : { ...install, stderr: `${update.stderr}${install.stderr}` }
}
