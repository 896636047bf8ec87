import { expect, test } from 'vitest'
import { HostUnreachable, LoginRefused } from '../../src/model/error.ts'
import type { Become, Route, SshRoute } from '../../src/model/route.ts'
import { Secret } from '../../src/model/secret.ts'
import type { ProverOptions } from '../../src/run/prove.ts'
import { enter, refuses } from '../../src/run/prove.ts'
import type { Ending, FreshConnection, Shell } from '../../src/transport/transport.ts'

const ssh = (host: string, via?: SshRoute, more: Partial<SshRoute> = {}): SshRoute => ({
  ...{
    transport: 'ssh',
    host,
    addresses: [`${host}.example`, '10.0.0.9'],
    named: false,
    port: 22,
    user: 'root',
  },
  ...{ key: { from: 'agent' }, password: new Secret('secret'), via, knownHosts: '/known', ...more },
})
const outer = ssh('outer')
const bastion = ssh('bastion', outer)
const ROUTES: Readonly<Record<string, Route>> = {
  ...{ outer, bastion, dgx01: ssh('dgx01', bastion), dgx02: ssh('dgx02', bastion, { transport: 'openssh' }) },
  ...{
    box: { transport: 'docker', host: 'box', container: 'box' },
    here: { transport: 'local', host: 'here' },
  },
}

interface Login {
  readonly route: Route
  readonly said: string
  readonly become: string | undefined
}

/** Stands in for the transports: notes the ways that it is asked for, and answers each script with its first word. */
class Standin {
  readonly logins: Login[] = []
  readonly tried: Route[] = []
  open = 0
  refusal: Error | undefined
  code = 0

  get options(): ProverOptions {
    return {
      routeOf: async host => ROUTES[host] as Route,
      becomeRoot: (_, login): Become | undefined =>
        login === 'root' ? undefined : { user: 'root', password: undefined },
      connectFresh: async route => {
        this.tried.push(route)
        if (this.refusal) throw this.refusal
        this.open++
        const user = 'user' in route ? (route.user ?? 'me') : 'root'
        const shell = (become?: Become): Pick<Shell, 'exchange'> => ({
          exchange: scripts =>
            scripts.map(async ({ text }) => {
              this.logins.push({ route, said: text, become: become?.user })
              const stdout = Buffer.from(text.split(' ')[0] ?? '')
              return { kind: 'exited', code: this.code, stdout, stderr: Buffer.from('') } as unknown as Ending
            }),
        })
        const close = async () => void this.open--
        return {
          address: 'there',
          user,
          shell,
          close,
          lost: new Promise(() => undefined),
        } as unknown as FreshConnection
      },
    }
  }
}

const login = (host: string, how: Partial<Parameters<typeof enter>[1]>, far = new Standin()) =>
  enter(host, { script: 'ask 1', login: {}, through: [], ...how }, far.options)

test('what nothing is said of is as the inventory has it', async () => {
  const far = new Standin()
  expect(await login('dgx01', {}, far)).toBe('ask')
  expect(far.logins).toEqual([{ route: ROUTES['dgx01'], said: 'ask 1', become: undefined }])
  expect(far.open).toBe(0)
})

test('the future way in takes the place of the present one: port, user, address, key', async () => {
  const far = new Standin()
  await login('bastion', { login: { port: 2222, user: 'ops', address: '192.0.2.7', key: '~/.ssh/new' } }, far)
  expect(far.logins).toEqual([
    {
      route: {
        ...bastion,
        ...{ port: 2222, user: 'ops', addresses: ['192.0.2.7'], named: true },
        ...{ key: { from: 'file', path: '~/.ssh/new' }, password: undefined },
      },
      said: 'ask 1',
      become: 'root',
    },
  ])
})

test.each(['dgx01', 'dgx02'])(
  '%s behind it is reached through the future way, and all before it stays',
  async host => {
    const far = new Standin()
    await login('outer', { login: { port: 2222 }, through: [host] }, far)
    const future = { ...outer, port: 2222 }
    const passed = far.logins.find(({ route }) => route.host === host)
    expect(passed?.route).toEqual({ ...ROUTES[host], via: { ...bastion, via: future } })
    expect(passed?.said).toBe(':')
    expect(far.logins.find(({ route }) => route.host === 'outer')?.route).toEqual(future)
  },
)

test('one behind it that cannot be reached any more ends it, and nothing is confirmed', async () => {
  const far = new Standin()
  const options: ProverOptions = {
    ...far.options,
    connectFresh: route =>
      route.host === 'dgx01'
        ? Promise.reject(new HostUnreachable('no way'))
        : far.options.connectFresh(route),
  }
  await expect(
    enter('bastion', { script: 'confirm', login: {}, through: ['dgx01'] }, options),
  ).rejects.toThrow('no way')
  expect(far.logins).toEqual([])
})

test.each(['box', 'here'])('%s has no way in by SSH that could change', async host => {
  const far = new Standin()
  await login(host, { login: { port: 2222 } }, far)
  expect(far.logins[0]?.route).toBe(ROUTES[host])
})

test('a login that gets in and whose shell fails is no proof', async () => {
  const far = new Standin()
  far.code = 1
  await expect(login('bastion', {}, far)).rejects.toThrow(
    'a fresh login on there got in, but its shell did not answer',
  )
  expect(far.open).toBe(0)
})

const takes = (...ways: readonly string[]) => new LoginRefused('no', { takes: ways })
test.each<[string, 'password' | `port:${number}`, Error | undefined, boolean]>([
  ['keys alone', 'password', takes('publickey'), true],
  ['passwords', 'password', takes('publickey', 'password'), false],
  ['questions', 'password', takes('keyboard-interactive'), false],
  ['it does not say what', 'password', new LoginRefused('no'), false],
  ['anybody', 'password', undefined, false],
  ['nobody listens', 'port:23', new HostUnreachable('refused'), true],
  ['somebody lets us in', 'port:23', undefined, false],
  ['somebody answers and refuses us', 'port:23', takes('publickey'), false],
])('whether it refuses, where it takes %s: %s', async (_, what, refusal, expected) => {
  const far = new Standin()
  far.refusal = refusal
  expect(await refuses('bastion', what, far.options)).toBe(expected)
  expect(far.tried).toEqual([
    what === 'password'
      ? { ...bastion, password: undefined, key: { from: 'none' } }
      : { ...bastion, port: 23 },
  ])
  expect(far.open).toBe(0)
})

test('a host that cannot be asked for passwords says nothing of them', async () => {
  const far = new Standin()
  far.refusal = new HostUnreachable('gone')
  await expect(refuses('bastion', 'password', far.options)).rejects.toThrow('gone')
})
