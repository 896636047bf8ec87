import { HostUnreachable } from '../model/error.ts'
import type { FreshConnection } from '../transport/transport.ts'

/** Milliseconds for a fresh login to answer. */
const TIMEOUT = 20_000

/** Proves that a fresh connection is of use: a shell starts on it and answers. Closes it. Throws if it does not. */
export async function proveFresh(host: string, connect: () => Promise<FreshConnection>): Promise<void> {
  const connection = await connect()
  try {
    const [ending] = await Promise.all(connection.shell().exchange([{ text: ':', timeout: TIMEOUT }]))
    if (ending?.kind === 'exited' && ending.code === 0) return
    throw new HostUnreachable(`a fresh login on ${host} got in, but its shell did not answer`)
  } finally {
    await connection.close()
  }
}
