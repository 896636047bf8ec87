import { describe, expect, test } from 'vitest'
import { run } from '../../src/model/command.ts'
import { guardOf } from '../../src/model/guarded.ts'
import type { Resource } from '../../src/model/resource.ts'
import {
  directory,
  file,
  gitCheckout,
  iptablesChain,
  mount,
  nftables,
  packages,
  user,
} from '../../src/resources/index.ts'

const guard = (given: unknown, resource?: object) =>
  guardOf('a task', given, resource as Resource | undefined)

test.each([undefined, false])('%s is no guard', given => {
  expect(guard(given, file({ path: '/etc/x', content: '' }))).toBeUndefined()
})

test('what a resource touches is known; what is said besides is added once', () => {
  const resource = file({ path: '/etc/x', content: '' })
  expect(guard(true, resource)).toEqual({ touches: ['file:/etc/x'] })
  expect(guard({ touches: ['unit:ssh.service', 'file:/etc/x'], within: 60 }, resource)).toEqual({
    touches: ['file:/etc/x', 'unit:ssh.service'],
    within: 60,
  })
  expect(guard(true, iptablesChain({ name: 'X', from: 'INPUT', rules: [] }))?.touches).toEqual([
    'chain:v4:filter:X',
    'chain:v6:filter:X',
  ])
})

test('a table of nftables has a way back, with its file', () => {
  expect(guard(true, nftables({ table: 'ours', content: '' }))?.touches).toEqual([
    'file:/etc/rampart/nftables/inet-ours.nft',
    'table:inet:ours',
  ])
})

test('a way back of its own is enough', () => {
  const undo = [run`true`] as const
  expect(guard({ undo })).toEqual({ undo, touches: [] })
})

test.each([
  'file:/etc/with space; and $(id)',
  'file:/',
  'unit:getty@tty1.service',
  'unit:dev-disk-by\\x2dlabel.swap',
  'chain:v6:mangle:RAMPART-IN',
  'user:machine$',
  'group:a.b-c_d',
  'sysctl:net.ipv4.conf.eth0/1.rp_filter',
  'table:inet:ours',
])('%s can be touched', touch => {
  expect(guard({ touches: [touch] })).toEqual({ touches: [touch] })
})

const WHAT = /^task\("a task"\)\.guard\.touches\.0 is .*: expected what is touched, such as/
describe('a mistake', () => {
  test.each<[string, unknown, RegExp]>([
    ['no kind', { touches: ['/etc/x'] }, WHAT],
    ['no path', { touches: ['file:etc/x'] }, WHAT],
    ['two lines', { touches: ['file:/etc/x\n/etc/y'] }, WHAT],
    ['an option for a unit', { touches: ['unit:--all x'] }, WHAT],
    ['no family', { touches: ['chain:filter:X'] }, WHAT],
    ['no table', { touches: ['chain:v4:X'] }, WHAT],
    ['a chain too long for the kernel', { touches: [`chain:v4:filter:${'x'.repeat(29)}`] }, WHAT],
    ['a family that is none', { touches: ['table:ipx:ours'] }, WHAT],
    ['an account with a colon', { touches: ['user:a:b'] }, WHAT],
    ['a number', { touches: [1] }, WHAT],
    ['a misspelt name', { touchs: [] }, /^task\("a task"\)\.guard has no "touchs"/],
    ['too short', { within: 44 }, /^task\("a task"\)\.guard\.within is 44: .*45/],
    ['too long', { within: 3601 }, /^task\("a task"\)\.guard\.within is 3601: .*3600/],
    ['no whole seconds', { within: 60.5 }, /^task\("a task"\)\.guard\.within is 60\.5/],
    ['no steps', { undo: [] }, /^task\("a task"\)\.guard\.undo is .*: expected steps, such as \[run`…`\]/],
    ['text for a step', { undo: ['true'] }, /^task\("a task"\)\.guard\.undo is .*: expected steps/],
    ['a port that is none', { login: { port: 65536 } }, /^task\("a task"\)\.guard\.login\.port is 65536/],
    ['a name of nothing', { through: [''] }, /^task\("a task"\)\.guard\.through\.0/],
    ['refused: nothing', { refused: ['telnet'] }, /: expected 'password' or 'port:NUMBER'/],
    ['refused: no port', { refused: ['port:'] }, /: expected 'password' or 'port:NUMBER'/],
    ['refused: too high a port', { refused: ['port:65536'] }, /: expected 'password' or 'port:NUMBER'/],
    ['no guard at all', 'yes', /^task\("a task"\)\.guard is "yes"/],
    ['nothing touched', true, /^the task "a task" is guarded and does not say what it touches/],
    [
      'nothing touched, more said',
      { within: 60 },
      /^the task "a task" is guarded and does not say what it touches/,
    ],
    [
      'a package',
      { touches: ['package:nginx'] },
      /^the task "a task" is guarded and touches package:nginx, which has no exact way back/,
    ],
    [
      'a chain of the kernel',
      { touches: ['chain:v4:filter:INPUT'] },
      /^the task "a task" is guarded and touches chain:v4:filter:INPUT, which others fill too/,
    ],
  ])('%s', (_, given, message) => {
    expect(() => guard(given)).toThrow(message)
  })

  test.each<[string, Resource]>([
    ['a home that was removed', user({ name: 'gone', state: 'absent', remove: true })],
    ['what is in the folder, as it was', directory({ path: '/srv/x', recurse: { owner: 'root' } })],
    ['the files of a checkout', gitCheckout({ repo: 'https://git.test/x', dest: '/srv/x' })],
    ['what is mounted', mount({ path: '/mnt', source: 'tmpfs', type: 'tmpfs' })],
  ])('no undo brings back %s, unless it says how', (what, resource) => {
    expect(() => guard(true, resource)).toThrow(
      `the task "a task" is guarded, and no undo brings back ${what} (${resource.id})`,
    )
    expect(guard({ undo: [run`true`] }, resource)).toMatchObject({ touches: resource.touches })
  })

  test('a package of a resource', () => {
    expect(() => guard(true, packages({ names: ['nginx'] }))).toThrow(/touches package:nginx/)
  })
})
