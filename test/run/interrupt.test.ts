import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import type { RunRequest } from '../../src/run/index.ts'
import { runPlaybooks } from '../../src/run/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'rampart-run-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** A port at which somebody answers in this way. */
async function listen(answer: (socket: Socket) => void): Promise<{ port: number; taken: () => number }> {
  let taken = 0
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    taken++
    answer(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { port: (server.address() as { port: number }).port, taken: () => taken }
}

function request(port: number): RunRequest {
  const inventory = join(folder, 'hosts.yaml')
  writeFileSync(
    inventory,
    `all: { hosts: { far: { address: 127.0.0.1, port: ${port}, password: !env FAR } } }`,
  )
  const playbook = join(folder, 'play.ts')
  writeFileSync(
    playbook,
    `import { play, playbook } from 'rampart'\nexport default playbook(play('p', { hosts: 'far' }, []))\n`,
  )
  return {
    ...{ playbooks: [playbook], inventory, limit: [], roles: [], tags: [], skipTags: [], startAt: undefined },
    ...{ extraVars: [], mode: 'check', forks: 5, user: 'nobody', key: undefined, become: false },
    ...{ password: undefined, becomePassword: undefined, acceptNew: false, verbose: false },
  }
}

test.each<[string, (socket: Socket) => void]>([
  ['while a host says nothing', () => undefined],
  ['while a host that hangs up is tried again', socket => void socket.end()],
])('a run that is left %s ends at once, as interrupted', async (_, answer) => {
  process.env['FAR'] = 'word'
  const { port, taken } = await listen(answer)
  const [stop, abort] = [new AbortController(), new AbortController()]
  const events: Event[] = []
  const running = runPlaybooks(request(port), event => events.push(event), {
    stop: stop.signal,
    abort: abort.signal,
  })
  await vi.waitUntil(() => taken() > 0, 20_000)
  await new Promise(resolve => setTimeout(resolve, 100))
  stop.abort()
  abort.abort()
  expect(await running).toBe(130)
  expect(events.map(({ event }) => event)).toEqual(['start', 'host', 'play', 'recap'])
  expect(events.at(-1)).toMatchObject({ exitCode: 130, hosts: { far: { unreachable: 1 } } })
})
