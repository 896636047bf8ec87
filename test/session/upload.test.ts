import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { run } from '../../src/index.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const me = { user: '' }

test('nothing is left on the host after a session, but for what replaced files were', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  await session.write([{ path: host.path('f'), content: 'old', mode: '0644' }], me)
  await session.write([{ path: host.path('f'), content: 'new', mode: '0644' }], me)
  await session.close()
  const state = host.path('.local/state/rampart')
  expect(readdirSync(state).sort()).toEqual(['backup', 'lock', 'receipts'])
  expect(readdirSync(`${state}/receipts`)).toEqual([])
  const [hash = ''] = readdirSync(`${state}/backup`).filter(name => name !== 'index')
  expect(readFileSync(`${state}/backup/${hash}`, 'utf8')).toBe('old')
  expect(readFileSync(`${state}/backup/index`, 'utf8')).toBe(`test ${hash} ${host.path('f')}\n`)
  expect(statSync(state).mode & 0o777).toBe(0o700)
})

test('a write that cannot be made says why, leaves the old content and no litter', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const write = (path: string): Promise<unknown> =>
    session.write([{ path, content: 'new', mode: '0644' }], me)
  await expect(write(host.path('no/such/file'))).rejects.toThrow(/No such file|nonexistent/)
  await session.write([run`mkdir ${host.path('dir')}`], me)
  await expect(write(host.path('dir'))).rejects.toThrow('is a directory')
  await expect(write('/proc/version')).rejects.toThrow('writing /proc/version exited')
  expect(readdirSync(host.home).sort()).toEqual(['.local', 'dir'])
  await session.close()
})

test('names and contents come through byte for byte', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const names = [
    "it's",
    'a b',
    '$(touch x)',
    '-rf',
    '`id`',
    'nl\nnl',
    'ünïcödé🎉',
    '*',
    '~',
    `${'x'.repeat(255)}`,
    'é'.repeat(127),
    '"',
    'tab\t',
  ]
  const contents = ['', '\n\n', 'no newline', 'crlf\r\n', '\0\u0001\xff', `${'x'.repeat(3_000_000)}\n`]
  for (const [i, name] of names.entries()) {
    const content = contents[i % contents.length] as string
    await session.write([{ path: host.path(name), content, mode: '0644' }], me)
    expect(readFileSync(host.path(name), 'utf8') === content, name).toBe(true)
  }
  expect(readdirSync(host.home).length).toBe(names.length + 1)
  await session.close()
})

test('what an upload left behind when it was killed is removed by the next', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  writeFileSync(host.path('.f.rampart-abcdef'), 'half')
  chmodSync(host.path('.f.rampart-abcdef'), 0o666)
  await session.write([{ path: host.path('f'), content: 'whole', mode: '0644' }], me)
  expect(existsSync(host.path('.f.rampart-abcdef'))).toBe(false)
  await session.close()
})
