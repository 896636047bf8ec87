import { expect, test } from 'vitest'
import type { Reply } from '../../src/model/probe.ts'
import { aptSources } from '../../src/resources/queries/apt-sources.ts'

const parsed = (stdout: string) =>
  aptSources.parse({ code: 0, stdout, stderr: '', bytes: Buffer.from(stdout) } satisfies Reply, [''])[0]

test('a host without apt has none, another may have none', () => {
  expect([parsed('none\n'), parsed('')]).toEqual([null, []])
})

test('lines are read: options, comments and what is turned off', () => {
  const file = '/etc/apt/sources.list'
  const said = `\u0001${file}
# deb http://off.example.com/ x main
deb http://a.example.com/debian/ bookworm main contrib
  deb-src [arch=amd64 signed-by=/x y=z] https://b.example.com noble-updates main # so
deb cdrom:[Debian]/ x
deb [trusted=yes] file:/root/repo ./

`
  const source = (uri: string, suite: string) => ({ file, isEnabled: true, uris: [uri], suites: [suite] })
  expect(parsed(said)).toEqual([
    source('http://a.example.com/debian', 'bookworm'),
    source('https://b.example.com', 'noble-updates'),
    source('cdrom:[Debian]', 'x'),
    source('file:/root/repo', './'),
  ])
})

test('paragraphs are read: several addresses, continued lines and what is turned off', () => {
  const file = '/etc/apt/sources.list.d/x.sources'
  const said = `\u0001${file}
Types: deb
# URIs: http://no.example.com
URIs: http://a.example.com/debian/ http://b.example.com
suites: x
 x-updates
Components: main

Enabled: no
Types: deb
URIs: http://c.example.com
Suites: y/

X-Other: z
`
  expect(parsed(said)).toEqual([
    {
      file,
      isEnabled: true,
      uris: ['http://a.example.com/debian', 'http://b.example.com'],
      suites: ['x', 'x-updates'],
    },
    { file, isEnabled: false, uris: ['http://c.example.com'], suites: ['y/'] },
  ])
})
