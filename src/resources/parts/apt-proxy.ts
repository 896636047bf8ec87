import type { Text } from '../../index.ts'
import { CheckFailed, Secret } from '../../index.ts'
import type { OwnedFile } from '../owned-file.ts'
import { proxyOf } from '../parameters/proxy.ts'
import type { AptRepositorySpec } from './apt-repository-spec.ts'

/**
 * The way to a repository's hosts, by which apt reaches no other. Its files are read by every user of apt, and so hold
 * no password: that is in one of apt_auth.conf(5), which only root reads. Without a proxy neither is to be there.
 */
export function aptProxyFiles(spec: AptRepositorySpec): readonly [config: OwnedFile, login: OwnedFile] {
  const { name, uris = [], proxy } = spec
  const hosts = [...new Set(uris.filter(uri => uri.startsWith('http')).map(uri => new URL(uri).hostname))]
  const way = proxy === undefined || hosts.length === 0 ? undefined : wayBy(name, proxy)
  return [
    {
      path: `/etc/apt/apt.conf.d/95${name}-proxy`,
      content: way ? config(hosts, way.address) : null,
      mode: '0644',
    },
    {
      path: `/etc/apt/auth.conf.d/95${name}-proxy.conf`,
      content: way?.login ?? null,
      mode: '0600',
      folder: 'made',
    },
  ]
}

interface Way {
  /** `DIRECT`, or an address without user and password. */
  readonly address: string
  readonly login: Secret | null
}

function wayBy(name: string, proxy: Text): Way {
  if (proxy === 'DIRECT') return { address: proxy, login: null }
  const url = new URL(proxyOf(`aptRepository ${name}`, proxy))
  const address = `${url.protocol}//${url.host}/`
  if (url.username === '') return { address, login: null }
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  if (/\s/.test(user + password) || password === '') {
    throw new CheckFailed(`apt cannot log in at the proxy for aptRepository ${name}`, {
      hint: 'It takes a user and a password, neither of which holds a space (apt_auth.conf(5)).',
    })
  }
  return {
    address,
    login: new Secret(`machine ${url.protocol}//${url.host}\nlogin ${user}\npassword ${password}\n`),
  }
}

/** apt falls back from https to http where only that is given, but not from what is given for all hosts. */
const config = (hosts: readonly string[], address: string): string =>
  hosts
    .flatMap(host => ['http', 'https'].map(scheme => `Acquire::${scheme}::Proxy::${host} "${address}";\n`))
    .join('')
