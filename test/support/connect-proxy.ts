import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'

/** An HTTP proxy that knows CONNECT alone, and takes a made-up name for this machine. */
export interface ConnectProxy {
  readonly url: string
  /** What was asked for, in order: `name:port`. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** @param name The one name that it connects to; others it refuses with 403. */
export async function startConnectProxy(name: string): Promise<ConnectProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_, response) => void response.writeHead(405).end())
  server.on('connection', socket => sockets.add(socket))
  server.on('connect', (request, client: Socket, head: Buffer) => {
    asked.push(request.url ?? '')
    const [host, port] = (request.url ?? '').split(':')
    if (host !== name) return void client.end('HTTP/1.1 403 Filtered\r\n\r\n')
    const far = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      far.write(head)
      far.pipe(client).pipe(far)
    })
    sockets.add(far)
    for (const socket of [far, client])
      socket.on('error', () => undefined).on('close', () => [far, client].forEach(one => void one.destroy()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
