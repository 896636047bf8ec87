import { lookup as systemLookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import { connect, isIP } from 'node:net'
import { reason, seconds } from './reason.ts'
import type { Scope } from './scope.ts'

/** Names to addresses, in the order in which to try them. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** The system's own: /etc/hosts and DNS, in the order of RFC 6724. */
export const lookupName: Lookup = async name =>
  (await systemLookup(name, { all: true, verbatim: true })).map(({ address }) => address)

/** How long one address of a name may keep the next one waiting (RFC 8305, "happy eyeballs"), in ms. */
const HEAD_START = 250

/** The addresses of a name; of an address itself. Throws an Error that says why within `timeout` ms. */
export async function resolve(name: string, lookup: Lookup, timeout: number): Promise<readonly string[]> {
  if (isIP(name) > 0 || /^fe80:.*%/i.test(name)) return [name]
  const found = await deadline(lookup(name), timeout, 'the name server does not answer')
  if (found.length === 0) throw new Error('the name has no address')
  return [...new Set(found)]
}

/**
 * Opens a TCP connection to the first of these addresses that answers; each gets `timeout` ms. A dead one delays the next
 * by a quarter of a second. Throws an Error that names each address and its reason.
 */
export async function dial(
  addresses: readonly string[],
  port: number,
  timeout: number,
  scope: Scope,
): Promise<Socket> {
  const reasons: string[] = []
  const open = new Set<Socket>()
  let leave: () => void = () => undefined
  try {
    return await new Promise<Socket>((found, failed) => {
      leave = scope.enter(failed)
      const left = [...addresses]
      const start = (): void => {
        const address = left.shift()
        if (address === undefined) return
        const socket = connect({ host: address, port, noDelay: true })
        open.add(socket)
        const next = setTimeout(start, HEAD_START)
        const end = setTimeout(
          () => socket.destroy(new Error(`no answer within ${seconds(timeout)}`)),
          timeout,
        )
        socket.on('connect', () => found(socket))
        // Stays for the life of the socket, so that no late error is without a listener.
        socket.on('error', error => {
          reasons.push(addresses.length > 1 ? `${address}: ${reason(error)}` : reason(error))
          if (reasons.length === addresses.length) failed(new Error(reasons.join('; ')))
          start()
        })
        for (const event of ['connect', 'close']) {
          socket.once(event, () => {
            clearTimeout(next)
            clearTimeout(end)
            open.delete(socket)
          })
        }
      }
      start()
    })
  } finally {
    leave()
    for (const socket of open) socket.destroy()
  }
}

/** A promise's value, or an Error with these words when `timeout` ms have passed. What it would give later is dropped. */
export async function deadline<T>(promise: Promise<T>, timeout: number, words: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${words} within ${seconds(timeout)}`)), timeout)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
