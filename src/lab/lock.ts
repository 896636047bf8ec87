import { once } from 'node:events'
import type { Server } from 'node:net'
import { connect, createServer } from 'node:net'

/**
 * Waits for its turn, does the work, and lets the next one in: one process of this machine at a time for each name.
 *
 * The lock is a listening socket in Linux's abstract namespace (unix(7)): it is no file, and the kernel takes it away
 * with its owner, however that ended. So nothing stale is ever left, and waiting is waiting for the owner to hang up.
 */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  const held = await take(name)
  try {
    return await work()
  } finally {
    await new Promise(resolve => {
      held.close(resolve)
      for (const waiting of visitors.get(held) ?? []) waiting.destroy()
    })
  }
}

const visitors = new WeakMap<Server, Set<ReturnType<typeof connect>>>()

async function take(name: string): Promise<Server> {
  for (;;) {
    const server = await listen(address(name))
    if (server) return server
    await ownerGone(address(name))
  }
}

/** The whole 108 bytes of sun_path, as Nodes differ in whether they pad a shorter name. */
function address(name: string): string {
  return `\0rampart-lab/${name}/`.padEnd(108, '.')
}

async function listen(path: string): Promise<Server | undefined> {
  const guests = new Set<ReturnType<typeof connect>>()
  const server = createServer(guest => {
    guests.add(guest)
    guest.on('error', () => undefined).on('close', () => guests.delete(guest))
  })
  visitors.set(server, guests)
  server.listen(path)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined
    throw error
  }
}

async function ownerGone(path: string): Promise<void> {
  const line = connect(path)
  line.on('error', () => undefined).resume()
  await new Promise(resolve => line.once('close', resolve))
}
