import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from './error.ts'

/**
 * Waits until an SSH server answers at this address. Throws a LabError if none does within `patience` ms, which is
 * ample for an sshd whose host has booted.
 */
export async function proveWayIn(address: string, { port = 22, patience = 15_000 } = {}): Promise<void> {
  const until = performance.now() + patience
  let last = 'no answer'
  while (performance.now() < until) {
    try {
      const banner = await greeting(address, port)
      if (banner.startsWith('SSH-')) return
      last = `it says ${JSON.stringify(banner)}`
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    await sleep(100)
  }
  throw new LabError(`the bastion is up, but this machine does not reach it at ${address}: ${last}`, {
    hint: 'The engine must run on this very machine, not in Docker Desktop’s or another one’s: see `docker context ls`.',
  })
}

async function greeting(address: string, port: number): Promise<string> {
  const socket = connect({ host: address, port })
  socket.setTimeout(3000, () => socket.destroy(new Error('no answer within 3 s')))
  try {
    const [chunk] = (await Promise.race([once(socket, 'data'), hungUp(socket)])) as [Buffer]
    return chunk.toString('latin1').trim()
  } finally {
    socket.destroy()
  }
}

async function hungUp(socket: Socket): Promise<never> {
  await once(socket, 'end')
  throw new Error('it hangs up without a word')
}
