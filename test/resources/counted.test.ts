import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Probe } from '../../src/model/probe.ts'
import type { Resource } from '../../src/model/resource.ts'
import { file } from '../../src/resources/index.ts'
import type { Session } from '../../src/session/session.ts'
import { ScratchHost } from '../support/scratch-host.ts'

/** A host on which each program that is started notes its name first. */
function countingHost(): { readonly host: ScratchHost; started(): readonly string[] } {
  const bin = '/usr/bin'
  const scratch = new ScratchHost()
  const [tools, log] = [scratch.path('tools'), scratch.path('started')]
  mkdirSync(tools)
  chmodSync(tools, 0o755)
  writeFileSync(log, '')
  chmodSync(log, 0o666)
  const note = join(tools, '.note')
  writeFileSync(note, `#!/bin/sh\necho "\${0##*/}" >>'${log}'\nexec "${bin}/\${0##*/}" "$@"\n`, {
    mode: 0o755,
  })
  for (const name of readdirSync(bin)) symlinkSync(note, join(tools, name))
  return {
    host: new ScratchHost('/bin/sh', 'counted', tools),
    started: () => {
      const names = readFileSync(log, 'utf8').split('\n').filter(Boolean)
      writeFileSync(log, '')
      return names
    },
  }
}

/** All checks at once, as the engine's survey starts them. */
async function survey(session: Session, resources: readonly Resource[]): Promise<readonly string[]> {
  session.refresh()
  const probe = { ask: session.epoch.asker('') } as Probe
  const plans = await Promise.all(resources.map(resource => resource.check(probe)))
  return plans.map(({ status }) => status)
}

test('five hundred files that are as they should be cost one frame and two programs', async () => {
  const { host: of, started } = countingHost()
  using host = of
  const paths = Array.from({ length: 500 }, (_, i) => host.path(`a file ${i}`))
  for (const [i, path] of paths.entries()) writeFileSync(path, `content ${i}\n`, { mode: 0o644 })
  const session = await host.session('counted', null)
  const files = paths.map((path, i) => file({ path, content: `content ${i}\n`, mode: '0644' }))
  started()
  const before = session.frames
  expect(new Set(await survey(session, files))).toEqual(new Set(['in-sync']))
  expect(session.frames - before).toBe(1)
  const programs = started()
  // Besides, dd takes the frame in, and cat reads the table of mounts: once for all of them.
  expect([...programs].sort()).toEqual(
    ['cat', 'dd', 'sha256sum', 'stat'].filter(name => programs.includes(name)),
  )
  expect(programs).toEqual(expect.arrayContaining(['sha256sum', 'stat']))

  // It would be noticed: what drifts is fetched, so that its difference can be shown.
  appendFileSync(paths[7] as string, 'more\n')
  expect((await survey(session, files)).filter(status => status === 'drift')).toHaveLength(1)
  expect(started().length).toBeGreaterThan(programs.length)
  await session.close()
})
