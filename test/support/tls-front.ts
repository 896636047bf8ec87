import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, connect as tlsConnect } from 'node:tls'

/** What stands in front of a server and ends TLS: it knows HTTP/1.1 and passes on no other protocol, as nginx does. */
export interface TlsFront {
  readonly port: number
  /** How many connections came through. */
  readonly taken: number
  close(): Promise<void>
}

/** @param port Where the server behind it is, on this machine, with a certificate that nobody verifies. */
export async function startTlsFront(files: { cert: string; key: string }, port: number): Promise<TlsFront> {
  let taken = 0
  const sockets = new Set<Socket>()
  const server = createServer({
    cert: readFileSync(files.cert),
    key: readFileSync(files.key),
    ALPNProtocols: ['http/1.1'],
  })
  server.on('tlsClientError', () => undefined)
  server.on('secureConnection', client => {
    taken++
    const far = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    far.pipe(client).pipe(far)
    for (const socket of [far, client]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => [far, client].forEach(one => void one.destroy()))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get taken() {
      return taken
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
