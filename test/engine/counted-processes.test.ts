import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Resource } from '../../src/index.ts'
import { task } from '../../src/index.ts'
import { directory, file, group, line, packages, user } from '../../src/resources/index.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

/** A search path on which every program of this machine writes its name into a file before it begins. */
function countingPath(): {
  readonly path: string
  readonly started: () => readonly string[]
  readonly remove: () => void
} {
  const folder = join(tmpdir(), `rampart-counted-${process.pid}`)
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const log = join(folder, 'log')
  writeFileSync(log, '')
  chmodSync(log, 0o666)
  for (const name of new Set(FOLDERS.flatMap(namesIn))) {
    const real = FOLDERS.map(at => join(at, name)).find(isProgram)
    const text = `#!/bin/sh\necho '${name}' >>${log}\nexec ${real} "$@"\n`
    writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 })
  }
  return {
    path: join(folder, 'bin'),
    started: () => readFileSync(log, 'utf8').trim().split('\n'),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

const namesIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter(name => /^[\w.+-]+$/.test(name))

function isProgram(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const many = (n: number, make: (i: number) => Resource): readonly Resource[] =>
  Array.from({ length: n }, (_, i) => make(i))

/** So many times ten tasks. */
const tasks = (host: ScratchHost, n: number) =>
  [
    ...many(2 * n, i => directory({ path: host.path(`d${i}`), mode: '0750' })),
    ...many(3 * n, i => file({ path: host.path(`d${i % (2 * n)}/f${i}`), content: `${i}\n` })),
    ...many(2 * n, i => line({ path: host.path(`l${i % 3}`), line: `line ${i}`, create: true })),
    ...many(n, i => user({ name: `rampart-t-none${i}`, state: 'absent' })),
    ...many(n, i => group({ name: `rampart-t-none${i}`, state: 'absent' })),
    ...['bash', 'dpkg', 'coreutils', 'sed', 'grep', 'tar', 'gzip', 'login', 'mount', 'passwd']
      .slice(0, n)
      .map(name => packages({ names: [name] })),
  ].map(resource => task(resource.id, resource))

test('a converged host starts as many programs for a hundred tasks as for ten', async () => {
  const counting = countingPath()
  try {
    const counts: (readonly string[])[] = []
    for (const n of [1, 10]) {
      using host = new ScratchHost('/bin/sh', `of ${n}`, counting.path)
      const first = await host.session('first')
      await engineRun('apply', new Map([[first, stages(tasks(host, n))]]))
      await first.close()
      const before = counting.started().length
      const second = await host.session('second')
      const { said } = await engineRun('apply', new Map([[second, stages(tasks(host, n))]]))
      await second.close()
      await host.quiet()
      expect(said).toHaveLength(10 * n)
      expect(said.filter(one => !one.startsWith('ok'))).toEqual([])
      counts.push(counting.started().slice(before).sort())
    }
    const [few = [], lots = []] = counts
    expect(lots).toEqual(few)
    // For login, lock and facts: id, flock, uname, getconf, systemd-detect-virt, ip. The rest is one or two for each kind
    // of question: stat and sha256sum are fed by a dd each, stat asks once more for folders, getent for users and groups.
    expect(lots.filter((name, at) => lots.indexOf(name) < at - 1)).toEqual([])
    expect(lots.length).toBeLessThanOrEqual(18)
  } finally {
    counting.remove()
  }
})
