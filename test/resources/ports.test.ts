import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/model/command.ts'
import { inSync } from '../../src/model/plan.ts'
import type { WaitForPortSpec } from '../../src/resources/index.ts'
import { listeningSockets, waitForPort } from '../../src/resources/index.ts'
import { openPorts } from '../../src/resources/queries/open-ports.ts'
import { bench, drifted, fars } from '../support/apply.ts'
import { stepsOf } from '../support/shown-plan.ts'

const planned = (given: object, said: string) =>
  waitForPort.type.plan(waitForPort({ port: 80, ...given }).spec as WaitForPortSpec, { said })

test.each<[object, string, readonly [string, string] | undefined]>([
  [{}, 'open', undefined],
  [{}, 'Connection refused', ['Connection refused', 'open']],
  [{}, 'Name or service not known', ['Name or service not known', 'open']],
  [{ state: 'closed' }, 'Connection refused', undefined],
  [{ state: 'closed' }, 'no answer', undefined],
  [{ state: 'closed' }, 'open', ['open', 'closed']],
])('%j that is %s', (given, said, changes) => {
  const plan = planned(given, said)
  if (changes === undefined) expect(plan).toEqual(inSync())
  else expect(drifted(plan).diff).toEqual({ kind: 'fields', changes: { 'port 80 of localhost': changes } })
})

test('a name that nobody knows is no closed port', () => {
  expect(() => planned({ state: 'closed' }, 'Temporary failure in name resolution')).toThrow(/cannot be told/)
})

test('what is waited for waits a second between tries, and no longer than it may', () => {
  const [step = ''] = stepsOf(planned({ host: '::1', timeout: 7 }, 'no answer'))
  expect(step).toContain('knock ::1 80 3')
  expect(step).toContain('end=$((up + 7))')
  const [{ timeout }] = drifted(planned({ timeout: 7 }, 'no answer')).cure as readonly [Command]
  expect(timeout).toBe(67)
})

test.each<[object, RegExp]>([
  [{}, /waitForPort\({…}\)\.port is missing/],
  [{ port: 0 }, /\.port is 0/],
  [{ port: '80' }, /\.port is "80"/],
  [{ port: 80, host: 'a b' }, /\.host is "a b": expected a name or an address/],
  [{ port: 80, host: '$(id)' }, /expected a name or an address/],
  [{ port: 80, host: '-v' }, /expected a name or an address/],
  [{ port: 80, host: '10.0.0.300.' }, /expected a name/],
  [{ port: 80, timeout: 0 }, /\.timeout is 0/],
  [{ port: 80, state: 'drained' }, /\.state is "drained"/],
])('%j is refused', (given, message) => {
  expect(() => waitForPort(given as never)).toThrow(message)
})

/** Listens on a port of this machine. */
const server = (address: string, wanted = 0) =>
  new Promise<{ port: number; close(): void }>(resolve => {
    const it = createServer(socket => socket.on('error', () => undefined).end())
    it.listen(wanted, address, () => {
      const at = it.address()
      resolve({ port: typeof at === 'object' && at !== null ? at.port : 0, close: () => it.close() })
    })
  })

describe.each(['dash', 'busybox alone'] as const)('over %s', name => {
  test('an open port is seen, a closed one is waited for', async () => {
    using host = bench(fars[name])
    const { port, close } = await server('127.0.0.1')
    expect(await host.converge(waitForPort({ port, host: '127.0.0.1' }))).toBeUndefined()
    close()
    const closed = await waitForPort({ port, host: '127.0.0.1', timeout: 30 }).check(host.probe)
    const waiting = host.apply(drifted(closed).cure)
    const again = await server('127.0.0.1', port)
    expect((await waiting).code).toBe(0)
    const gone = await waitForPort({ port, host: '127.0.0.1', state: 'closed' }).check(host.probe)
    const emptied = host.apply(drifted(gone).cure)
    again.close()
    expect((await emptied).code).toBe(0)
  })

  test('what does not come is told with the last answer', async () => {
    using host = bench(fars[name])
    const { port, close } = await server('127.0.0.1')
    close()
    const plan = await waitForPort({ port, host: '127.0.0.1', timeout: 1 }).check(host.probe)
    const { code, stderr } = await host.apply(drifted(plan).cure)
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^port ${port} of 127\\.0\\.0\\.1 is not open after 1 s: \\S.*\n$`))
  })
})

test('IPv6 and names are tried as well, and all of one turn by one command', async () => {
  using host = bench()
  const { port, close } = await server('::1')
  const said = await Promise.all(
    ['::1', '127.0.0.1', 'rampart.invalid'].map(name => host.probe.ask(openPorts, { host: name, port })),
  )
  close()
  expect(said.slice(0, 2)).toEqual(['open', 'Connection refused'])
  expect(said[2]).toMatch(/resolution|not known/)
  expect(host.asked).toHaveLength(1)
})

test('a host with neither bash nor nc says so', () => {
  const reply = { code: 0, stdout: '0 neither bash nor nc\n', stderr: '', bytes: new Uint8Array() }
  expect(() => openPorts.parse(reply, [{ host: 'localhost', port: 1 }])).toThrow(/neither bash nor nc/)
})

const SS = `udp   UNCONN 0      0        127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=5,fd=13))
tcp   LISTEN 0      4096      [::1]:82        [::]:*    users:(("nginx: worker",pid=8,fd=6),("nginx: worker",pid=8,fd=7),("nginx",pid=7,fd=6))
udp   UNCONN 0      0      [fe80::1]%eth0:546       [::]:*
tcp   LISTEN 0      128            *:80         *:*    users:(("sshd",pid=1,fd=3))
tcp   LISTEN 0      128      0.0.0.0:22   0.0.0.0:*
`

test('what ss prints is read', () => {
  const reply = { code: 0, stdout: SS, stderr: '', bytes: new Uint8Array() }
  const [sockets] = listeningSockets.parse(reply, [''])
  const none = { interface: undefined, processes: [] }
  expect(sockets).toEqual([
    {
      ...{ protocol: 'udp', address: '127.0.0.53', port: 53, interface: 'lo' },
      processes: [{ name: 'systemd-resolve', pid: 5 }],
    },
    {
      ...{ protocol: 'tcp', address: '::1', port: 82, interface: undefined },
      processes: [
        { name: 'nginx: worker', pid: 8 },
        { name: 'nginx', pid: 7 },
      ],
    },
    { ...none, protocol: 'udp', address: 'fe80::1', port: 546, interface: 'eth0' },
    { ...none, protocol: 'tcp', address: '*', port: 80, processes: [{ name: 'sshd', pid: 1 }] },
    { ...none, protocol: 'tcp', address: '0.0.0.0', port: 22 },
  ])
  expect(() => listeningSockets.parse({ ...reply, code: 127, stderr: 'ss: not found' }, [''])).toThrow(
    /cannot be listed: ss: not found/,
  )
})

test('this process is found among the sockets that listen', async () => {
  using host = bench()
  const { port, close } = await server('127.0.0.1')
  const sockets = await host.probe.ask(listeningSockets, '')
  close()
  expect(sockets.find(one => one.port === port)).toMatchObject({
    protocol: 'tcp',
    address: '127.0.0.1',
    processes: [{ pid: process.pid }],
  })
})
