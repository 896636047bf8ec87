import { describe, expect, test } from 'vitest'
import { aptSettings } from '../../roles/package-proxies/apt.ts'
import packageProxies from '../../roles/package-proxies/role.ts'
import { withProxy } from '../../roles/package-proxies/yum.ts'
import { roleNodes, roleTasks } from '../support/role-tasks.ts'

const given = { proxy_url: 'http://10.20.0.1:8888' }

test('its list: each family has its own', () => {
  const use = packageProxies({ ...given, yum_repos: ['baseos', 'cuda'] })
  const dnf = ['proxy of repository baseos', 'proxy of repository cuda']
  expect(roleTasks(use)).toEqual(['apt proxies', 'apt proxies in force', ...dnf])
  expect(roleTasks(use, { id: 'rhel', family: 'rhel' })).toEqual(dnf)
})

describe('B24 apt goes through the proxy host by host', () => {
  const settings = (more: object = {}) =>
    aptSettings(packageProxies.vars.parse({ ...given, hosts: ['archive.ubuntu.com'], ...more }))

  test.each<[object, readonly (readonly [string, string])[]]>([
    [
      {},
      [
        ['Acquire::http::Proxy::archive.ubuntu.com', 'http://10.20.0.1:8888/'],
        ['Acquire::https::Proxy::archive.ubuntu.com', 'http://10.20.0.1:8888/'],
      ],
    ],
    [
      { hosts: [], extra_hosts: ['mirror.lan', 'mirror.lan'], proxy_url: 'http://[fd00::1]:1/' },
      [
        ['Acquire::http::Proxy::mirror.lan', 'http://[fd00::1]:1/'],
        ['Acquire::https::Proxy::mirror.lan', 'http://[fd00::1]:1/'],
      ],
    ],
    [
      { hosts: [], direct_hosts: ['near.lan'] },
      [
        ['Acquire::http::Proxy::near.lan', 'DIRECT'],
        ['Acquire::https::Proxy::near.lan', 'DIRECT'],
      ],
    ],
  ])('%j', (more, lines) => {
    expect(settings(more)).toEqual(lines)
  })

  test('and for no other host', () => {
    const content = roleNodes(packageProxies(given))[0]?.resource?.spec as { content: string }
    const lines = content.content.split('\n').filter(line => !line.startsWith('//') && line !== '')
    expect(lines.every(line => /^Acquire::https?::Proxy::[a-z0-9.]+ "[^"]+";$/.test(line))).toBe(true)
    expect(lines).toHaveLength(14)
  })
})

describe("dnf's files", () => {
  const proxy = 'http://10.20.0.1:8888'
  const text =
    '# mine\n[baseos]\nname=Base\ngpgcheck=1\n\n[cuda]\nname=CUDA\nproxy = http://old:1\nenabled=1\n'

  test.each<[string, string | undefined]>([
    ['baseos', text.replace('gpgcheck=1\n', `gpgcheck=1\nproxy=${proxy}\n`)],
    ['cuda', text.replace('proxy = http://old:1', `proxy=${proxy}`)],
    ['base', undefined],
  ])('%s', (id, after) => {
    expect(withProxy(text, id, proxy)).toBe(after)
    if (after !== undefined) expect(withProxy(after, id, proxy)).toBe(after)
  })
})

test.each<[object, string]>([
  [{}, 'proxy_url'],
  [{ proxy_url: 'http://user:secret@10.20.0.1:8888' }, 'without a password'],
  [{ proxy_url: 'http://127.0.0.1:8888' }, 'not their own loopback'],
  [{ proxy_url: 'http://localhost:8888' }, 'not their own loopback'],
  [{ proxy_url: '10.20.0.1:8888' }, 'proxy_url'],
  [{ proxy_url: 'http://a"; Dir "/' }, 'proxy_url'],
  [{ ...given, hosts: ['A.example.com'] }, 'hosts'],
  [{ ...given, extra_hosts: ['a" x'] }, 'extra_hosts'],
  [{ ...given, direct_hosts: ['archive.ubuntu.com'] }, 'is to go through the proxy, too'],
  [{ ...given, yum_repos: ['a]b'] }, 'yum_repos'],
  [{ ...given, proxy: 'x' }, 'has no "proxy"'],
])('%j is refused before anything is asked', (vars, message) => {
  expect(() => roleTasks(packageProxies(vars as typeof given))).toThrow(message)
})
