import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { sysctl } from '../../src/resources/index.ts'
import { bench, drifted, fars } from '../support/apply.ts'
import { fileState } from '../support/file-states.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'
import { stepsOf } from '../support/shown-plan.ts'

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
})
afterAll(() => system[Symbol.dispose]())

const key = 'net.ipv4.ip_forward'
const path = `/etc/sysctl.d/99-${key}.conf`
const text = `${key} = 1\n`
type Spec = Parameters<typeof sysctl>[0]
const planned = (spec: Partial<Spec>, file: ReturnType<typeof fileState>, live: string | null) =>
  sysctl.type.plan(sysctl({ key, value: 1, ...spec }).spec as never, { file, live })
const into = "printf '%s\\n' 1 >/proc/sys/net/ipv4/ip_forward"

describe('a setting', () => {
  test.each<[string, ReturnType<typeof planned>, readonly string[]]>([
    ['in force and kept', planned({}, fileState(text, text), '1'), []],
    ['not in force', planned({}, fileState(text, text), '0'), [into]],
    ['not kept', planned({}, fileState(null, text), '1'), [`put ${path} 0644: ${text}`]],
    ['neither', planned({}, fileState('x', text), '0'), [into, `put ${path} 0644: ${text}`]],
    [
      'unknown to the kernel, as it may be',
      planned({ ignoreMissing: true }, fileState(null, `-${text}`), null),
      [`put ${path} 0644: -${text}`],
    ],
  ])('that is %s', (_, plan, steps) => {
    expect(stepsOf(plan)).toEqual(steps)
  })

  test('that is neither is told as one', () => {
    expect(drifted(planned({}, fileState('x', text), '0')).diff).toEqual({
      ...{ kind: 'text', path, before: 'x', after: text },
      changes: { [key]: ['0', '1'] },
    })
  })

  test('that the kernel does not know is an error with its cure', () => {
    expect(() => planned({}, fileState(null, text), null)).toThrow(/has no setting net\.ipv4\.ip_forward/)
  })

  test('that is to go keeps its value until the next boot', () => {
    const gone = sysctl({ key, state: 'absent' }).spec as never
    expect(stepsOf(sysctl.type.plan(gone, { file: fileState(text, null), live: '1' }))).toEqual([
      `rm -f -- ${path}`,
    ])
    expect(sysctl.type.plan(gone, { file: fileState(null, null), live: '1' })).toEqual(inSync())
  })
})

test.each([
  ['net.ipv4.conf.eth0/1.rp_filter', 'net.ipv4.conf.eth0/1.rp_filter'],
  ['net/ipv4/conf/eth0.1/rp_filter', 'net.ipv4.conf.eth0/1.rp_filter'],
  ['net/ipv4/ip_forward', key],
])('%s is %s', (given, name) => {
  expect(sysctl({ key: given, value: 0 }).touches).toContain(`sysctl:${name}`)
})

test.each(['', 'x', '../x.y', 'net..x', 'a b.c', 'net.ipv4;id', '$(id).x', '.a.b', 'a.b\n'])(
  '%j is no setting',
  wrong => {
    expect(() => sysctl({ key: wrong, value: 1 })).toThrow(/sysctl\(\{…\}\)\.key .*expected the name/s)
  },
)

test.each(['', ' ', 'a\nb', '#x', 1.5])('%j is no value', wrong => {
  expect(() => sysctl({ key, value: wrong })).toThrow(/sysctl\(\{…\}\)\.value/)
})

test.each([['dash'], ['busybox', 'sh']] as const)(
  'over %s it comes into force and is kept',
  async (...sh) => {
    using host = bench(system.far(sh))
    system.inside('echo 0 >/proc/sys/net/ipv4/ip_forward')
    await host.converge(sysctl({ key, value: 1 }))
    expect(system.inside(`sysctl -n ${key}; cat ${path}`)).toBe(`1\n${text}`)
    expect(await host.converge(sysctl({ key, value: 1 }))).toBeUndefined()
    system.inside(`sysctl -qw ${key}=0`)
    expect((await host.converge(sysctl({ key, value: 1 })))?.diff).toEqual({
      kind: 'fields',
      changes: { [key]: ['0', '1'] },
    })
    // What is kept is what sysctl(8) would bring into force.
    system.inside(`sysctl -qw ${key}=0; sysctl -qp ${path}`)
    expect(await host.converge(sysctl({ key, value: '1' }))).toBeUndefined()
    await host.converge(sysctl({ key, state: 'absent' }))
    expect(system.inside('ls /etc/sysctl.d')).not.toContain(key)
  },
)

test('values of several words are held against those of the kernel, with its tabs', async () => {
  using host = bench(system.far())
  const range = sysctl({ key: 'net.ipv4.ip_local_port_range', value: '20000   50000' })
  await host.converge(range)
  expect(system.inside('cat /proc/sys/net/ipv4/ip_local_port_range')).toBe('20000\t50000\n')
  expect(await host.converge(range)).toBeUndefined()
})

test('what the kernel does not accept is not kept either', async () => {
  using host = bench(system.far())
  const wrong = sysctl({ key: 'net.ipv4.ip_local_port_range', value: 'many', priority: 50 })
  expect((await host.apply(drifted(await wrong.check(host.probe)).cure)).code).not.toBe(0)
  expect(system.inside('ls /etc/sysctl.d')).not.toContain('50-net')
})

test('ten settings of one turn are asked for by one command each kind', async () => {
  using host = bench(system.far(fars.dash.sh))
  const keys = ['rp_filter', 'send_redirects', 'log_martians'].flatMap(name =>
    ['all', 'default'].map(which => `net.ipv4.conf.${which}.${name}`),
  )
  await Promise.all(keys.map(name => sysctl({ key: name, value: 7, ignoreMissing: true }).check(host.probe)))
  expect(host.asked).toHaveLength(4)
})
