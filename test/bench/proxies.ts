import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BenchHost } from './fleet.ts'

/** Proxies in a process of their own, so that they are nobody's processor time. */
export interface Proxies {
  /** The same hosts, behind the proxies. */
  readonly hosts: readonly BenchHost[]
  /** How many connections were made through them so far. */
  taken(): Promise<number>
  stop(): Promise<void>
}

/** Puts a proxy before each host that holds every byte back for so many milliseconds, in each direction. */
export async function startProxies(hosts: readonly BenchHost[], delay: number): Promise<Proxies> {
  const child = fork(fileURLToPath(new URL('proxies-program.js', import.meta.url)))
  const ask = async (message: object): Promise<unknown> => {
    child.send(message)
    const [answer] = await once(child, 'message')
    return answer
  }
  const targets = hosts.map(({ address, port }) => ({ address, port }))
  const ports = (await ask({ targets, delay })) as readonly number[]
  return {
    hosts: hosts.map((host, i) => ({ ...host, address: '127.0.0.1', port: ports[i] ?? 0 })),
    taken: async () => (await ask({})) as number,
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
