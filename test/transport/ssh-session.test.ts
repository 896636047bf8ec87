import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ConnectionLost } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'
import type { Login } from '../../src/transport/ssh/login.ts'
import { SessionRefused } from '../../src/transport/ssh/login.ts'
import { reach } from '../../src/transport/ssh/reach.ts'
import type { World } from '../../src/transport/ssh/world.ts'
import { createWorld } from '../../src/transport/ssh/world.ts'
import type { Connection, Ending, Shell, Transport } from '../../src/transport/transport.ts'
import type { ServerScript } from '../support/ssh-server.ts'
import { startSshServer } from '../support/ssh-server.ts'
import type { Sshd } from '../support/sshd.ts'
import { routeTo, startSshd } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome } from '../support/try-ssh.ts'

let home: Home
let sshd: Sshd
let opened: string[]
let options: SshOptions
let ssh: Transport

beforeAll(async () => {
  sshd = await startSshd({ config: ['RekeyLimit 1M'] })
})
afterAll(() => sshd.stop())
beforeEach(() => {
  home = makeHome()
  opened = []
  options = { ...home.options, onConnection: host => opened.push(host) }
  ssh = createSsh(options)
})
afterEach(async () => {
  await ssh.close()
  home.remove()
})

async function run(shell: Shell, text: string, stdin?: Uint8Array): Promise<Ending> {
  const [ending] = shell.exchange([{ text, timeout: 30_000, ...(stdin ? { stdin: [stdin] } : {}) }])
  if (!ending) throw new Error('no ending')
  return ending
}
const print = (ending: Ending): string =>
  ending.kind === 'exited' ? Buffer.from(ending.stdout).toString() : ending.kind

describe('a shell', () => {
  test('on a real sshd: bytes in, bytes out, the exit code', async () => {
    const connection = await ssh.connect(routeTo(sshd))
    const bytes = randomBytes(100_000)
    const ending = await run(connection.shell(), 'cat; echo oops >&2; exit 3', bytes)
    expect(ending).toMatchObject({ kind: 'exited', code: 3 })
    if (ending.kind !== 'exited') return
    expect(Buffer.from(ending.stdout).equals(bytes)).toBe(true)
    expect(Buffer.from(ending.stderr).toString()).toBe('oops\n')
    expect(connection.user).toBe(sshd.user)
  })

  test('N18 new keys every megabyte, upload and download: intact, the host key judged each time', async () => {
    const connection = await ssh.connect(routeTo(sshd))
    const bytes = randomBytes(12_000_000)
    const hash = createHash('sha256').update(bytes).digest('hex')
    const before = sshd.log().length
    expect(print(await run(connection.shell(), 'sha256sum', bytes))).toBe(`${hash}  -\n`)
    const back = await run(connection.shell(), 'head -c 7000000; cat >/dev/null', bytes)
    expect(back.kind === 'exited' && Buffer.from(back.stdout).equals(bytes.subarray(0, 7_000_000))).toBe(true)
    expect(sshd.log().slice(before).match(/rekey/gi)?.length ?? 0).toBeGreaterThan(10)
  }, 30_000)

  test('several on one login; one that ends takes no other with it', async () => {
    const connection = await ssh.connect(routeTo(sshd))
    const shells = Array.from({ length: 4 }, () => connection.shell())
    expect(await Promise.all(shells.map(async shell => print(await run(shell, 'echo here'))))).toEqual(
      Array(4).fill('here\n'),
    )
    await shells[0]?.close()
    expect(print(await run(shells[1] as Shell, 'echo still'))).toBe('still\n')
    expect(opened).toEqual(['web'])
  })

  test('that kills itself: signalled, and the connection stays', async () => {
    const connection = await ssh.connect(routeTo(sshd))
    const shell = connection.shell()
    expect(await run(shell, 'kill -9 $$')).toEqual({ kind: 'signalled', signal: 'SIGKILL' })
    expect(print(await run(connection.shell(), 'echo here'))).toBe('here\n')
  })
})

describe('more shells than sshd allows on one login', () => {
  test('MaxSessions 1: a further shell gets a login of its own, which goes with the connection', async () => {
    const strict = await startSshd({ config: ['MaxSessions 1'] })
    try {
      const connection = await ssh.connect(routeTo(strict))
      const first = connection.shell()
      expect(print(await run(first, 'echo 1'))).toBe('1\n')
      expect(print(await run(connection.shell(), 'echo 2'))).toBe('2\n')
      expect(print(await run(first, 'echo 1'))).toBe('1\n')
      expect(opened).toEqual(['web', 'web'])
      await connection.close()
      await vi.waitFor(() => expect(strict.sessions()).toEqual([]))
    } finally {
      await strict.stop()
    }
  })

  test('MaxSessions 1: two shells at once, and one after another', async () => {
    const strict = await startSshd({ config: ['MaxSessions 1'] })
    try {
      const connection = await ssh.connect(routeTo(strict))
      const shells = [connection.shell(), connection.shell()]
      expect((await Promise.all(shells.map(shell => run(shell, 'true')))).map(({ kind }) => kind)).toEqual([
        'exited',
        'exited',
      ])
      for (let round = 0; round < 3; round++) {
        await Promise.all(shells.splice(0).map(shell => shell.close()))
        shells.push(connection.shell())
        expect((await run(shells[0] as Shell, 'true')).kind).toBe('exited')
      }
      // A login that was opened for one shell goes with it.
      await Promise.all(shells.map(shell => shell.close()))
      await vi.waitFor(() =>
        expect(strict.log().match(/Disconnected from user/g)?.length).toBe(opened.length - 1),
      )
    } finally {
      await strict.stop()
    }
  })

  test('never more than eight sessions on one login', async () => {
    const connection = await ssh.connect(routeTo(sshd))
    const shells = Array.from({ length: 9 }, () => connection.shell())
    expect((await Promise.all(shells.map(shell => run(shell, 'true')))).map(({ kind }) => kind)).toEqual(
      Array(9).fill('exited'),
    )
    expect(opened).toEqual(['web', 'web'])
  })

  test('MaxSessions 0: one error that names it', async () => {
    const strict = await startSshd({ config: ['MaxSessions 0'] })
    try {
      const connection = await ssh.connect(routeTo(strict))
      const error = await run(connection.shell(), 'true').catch((refused: Error) => refused)
      expect(error).toBeInstanceOf(SessionRefused)
      expect((error as SessionRefused).hint).toContain('MaxSessions')
    } finally {
      await strict.stop()
    }
  })
})

describe('a server that does not keep to the rules', () => {
  let world: World
  let login: Login

  async function start(session: ServerScript['session'] & {}): Promise<void> {
    const server = await startSshServer({ session })
    writeFileSync(home.at('known_hosts'), server.knownHosts)
    world = createWorld({ ...options, loginTimeout: 300 })
    const route: SshRoute = routeTo({
      port: server.port,
      user: 'me',
      key: sshd.key,
      knownHosts: home.at('known_hosts'),
    })
    login = await reach(route, world, () => Promise.reject(new Error('no jump')))
    void login.lost.then(() => server.close())
  }
  afterEach(async () => {
    await world?.scope.close()
  })
  const failure = (): Promise<Error> =>
    login.exec('exec /bin/sh').then(
      () => new Error('it started'),
      (error: Error) => error,
    )

  test('and never answers when asked for a command: an error within the deadline', async () => {
    await start(session => session.on('exec', () => undefined))
    const error = await failure()
    expect(error).toBeInstanceOf(ConnectionLost)
    expect(error.message).toMatch(/did not answer within 0\.3 s when asked for a session/)
  })

  test('and refuses the command', async () => {
    await start(session => session.on('exec', (_, reject) => reject()))
    expect((await failure()).message).toMatch(/starts no command: Unable to exec/)
  })

  test('and goes when asked for a command', async () => {
    await start((session, client) => session.on('exec', () => client.end()))
    expect((await failure()).message).toMatch(/the connection to web .* was lost: closed by the other side/)
  })

  test.each(['x'.repeat(4097), 'a\0b', 'ä', 'a\rb'])(
    'a command that sshd could choke on is never sent',
    async command => {
      await start(() => undefined)
      await expect(login.exec(command)).rejects.toThrow(RangeError)
    },
  )

  test('and ends a command without an exit code: never a success', async () => {
    const server = await startSshServer({
      session: session =>
        session.on('exec', accept => {
          const channel = accept()
          channel.write('hello\n')
          channel.end()
        }),
    })
    writeFileSync(home.at('known_hosts'), server.knownHosts)
    const to = routeTo({ port: server.port, user: 'me', key: sshd.key, knownHosts: home.at('known_hosts') })
    const connection: Connection = await ssh.connect(to)
    const shell = connection.shell()
    expect((await run(shell, 'true')).kind).toBe('lost')
    expect((await shell.closed).message).toContain('told no exit code')
    await connection.close()
    await server.close()
  })
})

describe('sixty hosts at once, MaxStartups 10:30:100', () => {
  test.each([
    ['N06 behind one bastion: all are in, by one login there', true, 61],
    ['at one address: all are in', false, 60],
  ])(
    '%s',
    async (_, isBehind, connections) => {
      const crowded = await startSshd({ config: ['MaxStartups 10:30:100'] })
      try {
        const via = isBehind ? routeTo(crowded, { host: 'bastion' }) : undefined
        const names = Array.from({ length: 60 }, (_unused, index) => `web${index}`)
        const all = await Promise.all(names.map(name => ssh.connect(routeTo(crowded, { host: name, via }))))
        expect(all).toHaveLength(60)
        // Nobody was sent away and came again.
        expect(opened).toHaveLength(connections)
        expect(crowded.log().match(/Accepted publickey/g)).toHaveLength(connections)
        expect(crowded.log()).not.toMatch(/MaxStartups throttling/)
      } finally {
        await crowded.stop()
      }
    },
    60_000,
  )
})
