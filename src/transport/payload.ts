import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { RampartError } from '../model/error.ts'
import type { Payload } from './transport.ts'

/** How much of a file is read at once, in bytes. */
const CHUNK = 262_144

/** How many bytes a script will find on its standard input. */
export function totalSize(payloads: readonly Payload[]): number {
  return payloads.reduce((sum, payload) => sum + sizeOf(payload), 0)
}

/** Whether sending them needs nothing but memory. */
export function inMemory(payloads: readonly Payload[]): boolean {
  return payloads.every(payload => payload instanceof Uint8Array)
}

/** Looks at every file of the payloads before anything is sent. Throws a RampartError that names the first unfit one. */
export async function checkSources(payloads: readonly Payload[]): Promise<void> {
  for (const payload of payloads) {
    if (payload instanceof Uint8Array) continue
    const found = await stat(payload.source).catch((cause: unknown) => {
      throw unreadable(payload.source, cause)
    })
    if (!found.isFile()) {
      throw new RampartError(`${payload.source} cannot be sent: it is not a regular file`)
    }
    if (found.size < payload.size) throw tooShort(payload.source, payload.size, found.size)
  }
}

/**
 * The bytes of the payloads in order, in pieces; of a file exactly the first `size` bytes, read when their turn comes.
 * Throws a RampartError that names the file if it has gone or become shorter meanwhile.
 */
export async function* pieces(payloads: readonly Payload[]): AsyncGenerator<Uint8Array> {
  for (const payload of payloads) {
    if (payload instanceof Uint8Array) yield payload
    else if (payload.size > 0) yield* fromFile(payload.source, payload.size)
  }
}

async function* fromFile(source: string, size: number): AsyncGenerator<Uint8Array> {
  let sent = 0
  const stream = createReadStream(source, { end: size - 1, highWaterMark: CHUNK })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sent += chunk.length
      yield chunk
    }
  } catch (cause) {
    throw unreadable(source, cause)
  } finally {
    stream.destroy()
  }
  if (sent < size) throw tooShort(source, size, sent)
}

const sizeOf = (payload: Payload): number => (payload instanceof Uint8Array ? payload.length : payload.size)

function unreadable(source: string, cause: unknown): RampartError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new RampartError(`${source} cannot be sent: ${reason}`, { cause })
}

function tooShort(source: string, wanted: number, found: number): RampartError {
  return new RampartError(`${source} became shorter while it was sent: of ${wanted} bytes it has ${found}`, {
    hint: 'Let nothing write to the file during the run.',
  })
}
