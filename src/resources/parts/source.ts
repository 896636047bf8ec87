import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { CheckFailed } from '../../index.ts'

/** What is known of some content without holding it. */
export interface Digest {
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

export function digest(content: string | Uint8Array): Digest {
  return {
    sha256: createHash('sha256').update(content).digest('hex'),
    size: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
  }
}

/** The same file is asked for by every host that gets it. */
const known = new Map<string, Promise<Digest>>()

/** The digest of a file of the controller, streamed, and computed once for as long as the file stays the same. */
export async function sourceDigest(path: string): Promise<Digest> {
  const { size, mtimeMs, ino, isFile } = await lookedAt(path)
  if (!isFile)
    throw new CheckFailed(`${path} on this machine is not a file`, {
      hint: 'Name a single regular file as source.',
    })
  const key = `${path}\0${ino}\0${size}\0${mtimeMs}`
  const found = known.get(key) ?? streamed(path)
  known.set(key, found)
  // Who may not read it now may do so later.
  found.catch(() => known.delete(key))
  return found
}

/** The first bytes of a file of the controller. */
export async function sourceBytes(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(most), position: 0 })
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function lookedAt(path: string) {
  try {
    const found = await stat(path)
    return { size: found.size, mtimeMs: found.mtimeMs, ino: found.ino, isFile: found.isFile() }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

async function streamed(path: string): Promise<Digest> {
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(bytes)
      size += bytes.length
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
  return { sha256: hash.digest('hex'), size }
}

const unreadable = (path: string, cause: unknown): CheckFailed =>
  new CheckFailed(`the source ${path} cannot be read on this machine: ${(cause as Error).message}`, {
    hint: 'Give the path of a file of this machine, not of the host.',
    cause,
  })
