import type { Facts, Resource } from 'rampart'
import { aptRepository, yumRepository } from 'rampart/resources'
import type { Variables } from './variables.ts'

/** Tailscale's own packages, signed by its key; a closed host reaches them through its proxy (the vendor's installer.sh). */
export function repository({ os }: Facts, vars: Variables): Resource {
  const base = `https://pkgs.tailscale.com/${vars.channel}`
  const proxy = vars.proxy_url === undefined ? {} : { proxy: vars.proxy_url.replace(/\/$/, '') }
  const fingerprint = vars.key_fingerprint
  const isAbsent = vars.state === 'absent'
  if (os.family === 'rhel') {
    const id = `tailscale-${vars.channel}`
    if (isAbsent) return yumRepository({ id, state: 'absent' })
    const home = `${base}/${yumFolder(os)}`
    return yumRepository({
      id,
      name: `Tailscale ${vars.channel}`,
      baseurl: `${home}/$basearch`,
      key: { url: `${home}/repo.gpg`, fingerprint },
      repoGpgcheck: true,
      ...proxy,
    })
  }
  if (isAbsent) return aptRepository({ name: 'tailscale', state: 'absent' })
  const home = `${base}/${os.id === 'ubuntu' ? 'ubuntu' : 'debian'}`
  return aptRepository({
    name: 'tailscale',
    uris: home,
    suites: os.codename,
    components: 'main',
    key: { url: `${home}/${os.codename}.noarmor.gpg`, fingerprint },
    // What the vendor's own instructions leave.
    replaces: ['/etc/apt/sources.list.d/tailscale.list'],
    ...proxy,
  })
}

/** As the vendor's installer picks it: the rebuilds of Red Hat's take Fedora's, which has no versions. */
function yumFolder({ id, version }: Facts['os']): string {
  const major = version.split('.')[0] ?? ''
  if (id === 'rhel' || id === 'centos') return `${id}/${major}`
  return id === 'ol' ? `oracle/${major}` : 'fedora'
}
