import type { TcpProxy } from '../support/tcp-proxy.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

/** Told of its targets first, it answers with the proxies' ports; to every later message with the connections taken. */
interface Targets {
  readonly targets: readonly { readonly address: string; readonly port: number }[]
  readonly delay: number
}

let proxies: readonly TcpProxy[] | undefined

process.on('disconnect', () => process.exit())
process.on('message', (message: Targets) => {
  void answer(message).then(said => process.send?.(said))
})

async function answer({ targets, delay }: Targets): Promise<unknown> {
  if (proxies) return proxies.reduce((sum, { taken }) => sum + taken, 0)
  proxies = await Promise.all(targets.map(({ address, port }) => startTcpProxy(port, address)))
  for (const proxy of proxies) proxy.delay(delay)
  return proxies.map(({ port }) => port)
}
