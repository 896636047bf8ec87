import { readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLocal, spawnChannel } from '../../src/transport/local.ts'
import { openShell } from '../../src/transport/shell.ts'
import type { Connection, Transport } from '../../src/transport/transport.ts'
import { conformance } from '../support/conformance.ts'
import { exchange, run, script } from '../support/far.ts'

const route = { transport: 'local', host: 'localhost' } as const

conformance('the local transport', () => createLocal().connect(route))

const transports: Transport[] = []
afterEach(async () => {
  await Promise.all(transports.splice(0).map(transport => transport.close()))
})

async function connect(): Promise<Connection> {
  const transport = createLocal()
  transports.push(transport)
  return transport.connect(route)
}

const children = (): string[] => {
  const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return list.split(' ').filter(pid => pid !== '')
}
const descriptors = (): number => readdirSync('/proc/self/fd').length

describe('the local transport', () => {
  test('knows itself', async () => {
    const connection = await connect()
    expect([connection.address, connection.user]).toEqual(['localhost', userInfo().username])
  })

  test('is not for others', async () => {
    const docker = { transport: 'docker', host: 'box', container: 'box' } as const
    await expect(createLocal().connect(docker)).rejects.toThrow('box is not reached by the local transport')
  })

  test('makes a fresh connection that stands alone', async () => {
    const transport = createLocal()
    const [old, fresh] = [await transport.connect(route), await transport.connectFresh(route)]
    expect(await run(old.shell(), 'echo old')).toMatchObject({ stdout: 'old\n' })
    await old.close()
    expect(await run(fresh.shell(), 'echo fresh')).toMatchObject({ stdout: 'fresh\n' })
    await transport.close()
    expect((await fresh.lost).message).toBe('the connection was closed')
    await expect(run(fresh.shell(), 'echo late')).rejects.toThrow('the connection was closed')
  })

  test('leaves no child, descriptor or handle behind', async () => {
    await (await connect()).close() // what node opens once
    const before = { children: children(), descriptors: descriptors() }
    const connection = await connect()
    const shells = Array.from({ length: 5 }, () => connection.shell())
    await Promise.all(shells.map(shell => run(shell, 'true')))
    expect(children().length).toBe(before.children.length + 5)
    const endings = [
      ...shells.slice(1, 3).flatMap(shell => shell.exchange([script('sleep 600')])),
      ...shells.slice(3).flatMap(shell => shell.exchange([script('sleep 600', { timeout: 50 })])),
    ]
    await Promise.all(endings.slice(2))
    await connection.close()
    expect((await Promise.all(endings)).map(ending => ending.kind)).toEqual([
      'lost',
      'lost',
      'timed-out',
      'timed-out',
    ])
    await expect.poll(() => ({ children: children(), descriptors: descriptors() })).toEqual(before)
  })

  test('kills what runs under a shell that it gives up', async () => {
    const connection = await connect()
    const shell = connection.shell()
    const { stdout } = await run(shell, 'echo $$')
    const [ending] = await Promise.all(shell.exchange([script('sleep 600; true', { timeout: 100 })]))
    expect(ending).toEqual({ kind: 'timed-out' })
    await expect.poll(() => groupOf(Number(stdout))).toEqual([])
  })

  test('lets a child that was left behind live when it closes', async () => {
    const connection = await connect()
    const { stdout } = await run(connection.shell(), 'sleep 600 >/dev/null 2>&1 & echo $!')
    await connection.close()
    const pid = Number(stdout)
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('sleep')
    process.kill(pid)
  })

  test('keeps our own variables to itself', async () => {
    vi.stubEnv('RAMPART_BECOME_PASSWORD', 'canary')
    vi.stubEnv('EDITOR', 'ed')
    const { stdout } = await run((await connect()).shell(), 'env')
    vi.unstubAllEnvs()
    expect(stdout).toContain('EDITOR=ed')
    expect(stdout).not.toMatch(/canary|RAMPART_/)
  })

  test('runs five thousand scripts as one frame', { timeout: 60_000 }, async () => {
    const shell = (await connect()).shell()
    const replies = await exchange(shell, ...Array.from({ length: 5000 }, (_, n) => `echo ${n}`))
    expect(replies.map(reply => reply.stdout).join('')).toBe(replies.map((_, n) => `${n}\n`).join(''))
    expect(shell.frames).toBe(1)
  })

  test('says so if there is no sh to start', async () => {
    const shell = openShell(spawnChannel('/nonexistent/sh', []))
    await expect(run(shell, 'true')).rejects.toMatchObject({
      name: 'HostUnreachable',
      message: expect.stringContaining('/nonexistent/sh cannot be started'),
    })
  })
})

/** The living processes of a process group (proc_pid_stat(5), fields 3 and 5). */
function groupOf(group: number): string[] {
  return readdirSync('/proc').filter(name => {
    if (!/^\d+$/.test(name)) return false
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [state, , its] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(its) === group && state !== 'Z'
    } catch {
      return false // it has ended meanwhile
    }
  })
}
