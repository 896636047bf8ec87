import { describe, expect, test } from 'vitest'
import { panelLayout } from '../../roles/openresty/panel.ts'
import openresty from '../../roles/openresty/role.ts'
import { sitesIn } from '../../roles/openresty/sites.ts'
import { tlsFiles } from '../../roles/openresty/variables.ts'
import { Secret } from '../../src/index.ts'
import { templates } from '../../src/project/template.ts'
import { roleTasks } from '../support/role-tasks.ts'

const given = { server_name: 'teleport.example.com' }
const render = templates()
const site = (more: object = {}): string => {
  const vars = openresty.vars.parse({ ...given, ...more })
  const dir = new URL('../../roles/openresty', import.meta.url).pathname
  return String(render(dir, 'templates/teleport.conf.ejs', { ...vars, ...tlsFiles(vars) }))
}

describe('its list', () => {
  const usual = [
    'repository',
    'web server',
    'folder of sites',
    'sites are read',
    'certificate',
    'site',
    'service',
    'site in force',
  ]

  test('with nothing but a name', () => {
    expect(roleTasks(openresty(given))).toEqual(usual)
  })

  test('with a certificate to write', () => {
    const more = { certificate: 'PEM', certificate_key: new Secret('PEM') }
    expect(roleTasks(openresty({ ...given, ...more }))).toEqual([
      ...usual.slice(0, 4),
      'key of the certificate',
      'certificate file',
      ...usual.slice(4),
    ])
  })
})

describe('its site', () => {
  test.each<[object, string | RegExp, boolean]>([
    [{}, /server_name teleport\.example\.com;/, true],
    [{}, 'ssl_certificate     /www/sites/teleport.example.com/ssl/fullchain.pem;', true],
    [{}, 'ssl_certificate_key /www/sites/teleport.example.com/ssl/privkey.pem;', true],
    [{ tls_cert: '/a/b.pem' }, 'ssl_certificate_key /a/privkey.pem;', true],
    [{ tls_cert: '/a/b.pem', tls_key: '/c/d.pem' }, 'ssl_certificate_key /c/d.pem;', true],
    [{ upstream: 'https://[::1]:3443' }, 'proxy_pass https://[::1]:3443;', true],
    [{ min_tls: 1.3 }, 'ssl_protocols TLSv1.3;', true],
    [{ hsts_seconds: 300 }, 'max-age=300', true],
    [{ hsts_seconds: 0 }, 'Strict-Transport-Security', false],
    [{ http_redirect: false }, 'listen 80;', false],
    [{ http_redirect: false }, 'listen 443 ssl;', true],
    [{ acme_root: '/srv/acme' }, 'root /srv/acme;', true],
    [{}, 'listen [::]:443 ssl;', true],
    [{ ipv6: false }, '[::]', false],
  ])('%j: %s, %s', (more, text, is) => {
    if (is) expect(site(more)).toMatch(text)
    else expect(site(more)).not.toMatch(text)
  })

  test.each([
    'proxy_http_version 1.1;',
    'proxy_set_header Upgrade $http_upgrade;',
    'proxy_set_header Connection $teleport_connection;',
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_read_timeout 1d;',
    'client_max_body_size 0;',
    'ssl_protocols TLSv1.2 TLSv1.3;',
  ])('B18 it has what WebSockets, sessions and the audit need: %s', line => {
    expect(site()).toContain(`    ${line}\n`)
  })
})

test('what nginx says it reads is read', () => {
  const dump = `# configuration file /etc/nginx/nginx.conf:
user www-data; # server_name remark.example.com;
http {
  upstream a { server 127.0.0.1:1; }
  include /etc/nginx/conf.d/*.conf;
}

# configuration file /etc/nginx/conf.d/a.conf:
map $a $b { default "server { listen 9; }"; }
server {
  listen 443 ssl; listen [::]:443 ssl; listen 127.0.0.1:8443; listen unix:/run/x;
  server_name a.example.com "b.example.com";
  location / { if ($host = x) { return 301 https://c.example.com; } }
}
# configuration file /etc/nginx/conf.d/b.conf:
server { server_name c.example.com; listen [::1]; }
server{server_name d.example.com;}
`
  expect(sitesIn(dump)).toEqual([
    {
      file: '/etc/nginx/conf.d/a.conf',
      names: ['a.example.com', 'b.example.com'],
      ports: [443, 443, 8443],
    },
    { file: '/etc/nginx/conf.d/b.conf', names: ['c.example.com'], ports: [80] },
    { file: '/etc/nginx/conf.d/b.conf', names: ['d.example.com'], ports: [80] },
  ])
})

describe("1Panel's container", () => {
  const mounts = JSON.stringify([
    { Source: '/opt/1panel/www', Destination: '/www' },
    { Source: '/opt/1panel/www/conf.d', Destination: '/usr/local/openresty/nginx/conf/conf.d' },
  ])
  const one = (name = '1Panel-openresty-x1Y2', running = 'true', network = 'host', all = mounts) =>
    `/${name} ${running} ${network} ${all}`

  test('where its files are on the host', () => {
    const layout = panelLayout([one()], undefined)
    expect(layout.folder).toBe('/opt/1panel/www/conf.d')
    expect(layout.onHost('/www/sites/a/ssl/x.pem')).toBe('/opt/1panel/www/sites/a/ssl/x.pem')
    expect(layout.onHost('/etc/x')).toBeUndefined()
    expect(panelLayout([one('a-openresty'), one('b-openresty')], 'b-openresty').reload.script).toBe(
      'docker exec b-openresty openresty -s reload',
    )
  })

  test.each<[readonly string[], string | undefined, string]>([
    [[], undefined, 'no container with openresty'],
    [[one('a-openresty')], 'b', 'no container b; there is a-openresty'],
    [[one('a-openresty'), one('b-openresty')], undefined, 'several containers'],
    [[one('a', 'false')], undefined, 'does not run'],
    [[one('a', 'true', 'bridge')], undefined, "its 127.0.0.1 is not this host's"],
    [[one('a', 'true', 'host', '[]')], undefined, 'is not mounted from this host'],
  ])('%j, %s expected: %s', (lines, expected, message) => {
    expect(() => panelLayout(lines, expected)).toThrow(message)
  })
})

test.each<[object, string]>([
  [{}, 'server_name'],
  [{ server_name: 'Example.com' }, 'server_name'],
  [{ server_name: 'a.example.com; return 301 x' }, 'server_name'],
  [{ ...given, upstream: 'https://100.64.0.1:3080' }, "this host's own loopback"],
  [{ ...given, upstream: 'http://127.0.0.1:3080' }, "this host's own loopback"],
  [{ ...given, upstream: 'https://127.0.0.1:3080/; x' }, "this host's own loopback"],
  [{ ...given, tls_cert: 'cert.pem' }, 'tls_cert'],
  [{ ...given, tls_cert: '/a;b' }, 'tls_cert'],
  [{ ...given, certificate: 'x' }, 'certificate_key of h is missing'],
  [{ ...given, min_tls: 1.1 }, 'min_tls'],
  [{ ...given, hsts_seconds: -1 }, 'hsts_seconds'],
  [{ ...given, flavor: 'apache' }, 'flavor'],
  [{ ...given, expected_container: '-x' }, 'expected_container'],
  [{ ...given, key_fingerprint: 'D5EDEB74' }, 'key_fingerprint'],
  [{ ...given, sever_name: 'a.b' }, 'has no "sever_name"'],
])('%j is refused before anything is asked', (vars, message) => {
  expect(() => roleTasks(openresty(vars as typeof given))).toThrow(message)
})
