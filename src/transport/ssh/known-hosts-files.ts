import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HostKeyRefused } from '../../model/error.ts'
import type { KnownHosts } from './known-hosts.ts'
import { parseKnownHosts } from './known-hosts.ts'
import { errorCode, reason } from './reason.ts'

/** The known_hosts files of this machine: reads each once until it changes, and appends to one. */
export interface KnownHostsFiles {
  /**
   * The files that exist, parsed, in the order given. Throws HostKeyRefused for one that exists and cannot be read: what
   * stands in it could forbid what we are about to trust.
   */
  read(paths: readonly string[]): Promise<readonly KnownHosts[]>
  /**
   * Reads a file and appends the line that `decide` wants; one such turn at a time. A new file gets 0600, a new folder
   * 0700. The line is one write at the end of the file, so that several runs can append at once (open(2), O_APPEND).
   * Rejects with what `decide` threw, or the system's error.
   */
  append(path: string, decide: (hosts: readonly KnownHosts[]) => string | undefined): Promise<void>
}

/** Opens nothing yet; what it has read is kept for the life of a transport. */
export function createKnownHostsFiles(): KnownHostsFiles {
  const cache = new Map<string, { version: string; hosts: KnownHosts }>()

  async function readOne(path: string): Promise<KnownHosts | undefined> {
    try {
      const { mtimeMs, size, ino, dev } = await stat(path)
      const version = [mtimeMs, size, ino, dev].join()
      const before = cache.get(path)
      if (before?.version === version) return before.hosts
      const hosts = parseKnownHosts(await readFile(path, 'utf8'), path)
      cache.set(path, { version, hosts })
      return hosts
    } catch (cause) {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(cause))) return undefined
      throw new HostKeyRefused(`${path} cannot be read: ${reason(cause)}`, {
        cause,
        hint: 'Make it readable or remove it: no host key is trusted before every known_hosts file has been read.',
      })
    }
  }

  const read: KnownHostsFiles['read'] = async paths => {
    const files = await Promise.all([...new Set(paths)].map(readOne))
    return files.filter(file => file !== undefined)
  }

  let turn: Promise<unknown> = Promise.resolve()
  return {
    read,
    append(path, decide) {
      const mine = turn.then(async () => {
        const line = decide(await read([path]))
        if (line !== undefined) await appendLine(path, line)
      })
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}

async function appendLine(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await file.read(last, 0, 1, size - 1)
    const separator = size > 0 && last[0] !== 0x0a ? '\n' : ''
    await file.write(`${separator}${line}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
