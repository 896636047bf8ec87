import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { task } from '../../src/index.ts'
import { file } from '../../src/resources/file.ts'
import { line } from '../../src/resources/line.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const tasks = (host: ScratchHost, n: number) =>
  Array.from({ length: n }, (_, i) => {
    const resource = file({ path: host.path(`f${i}`), content: 'x\n' })
    return task(`f${i}`, resource)
  })

test.each([
  [1, [50]],
  [2, [10, 90]],
  [5, [0, 1, 2, 3, 4]],
])('%i drifted among a hundred independent files cost a few frames more than none', async (n, drifted) => {
  using host = new ScratchHost()
  const session = await host.session()
  await engineRun('apply', new Map([[session, stages(tasks(host, 100))]]))
  const before = session.frames
  for (const i of drifted) writeFileSync(host.path(`f${i}`), 'spoilt\n')
  session.refresh()
  const { said } = await engineRun('apply', new Map([[session, stages(tasks(host, 100))]]))
  expect(said.filter(one => one.startsWith('changed'))).toHaveLength(n)
  // Looks, what the spoilt ones held, the cures with the looks that verify them, and the looks past those, each twice as far.
  expect(session.frames - before).toBeLessThanOrEqual(8)
  await session.close()
})

test('ten lines of one file depend on each other: a frame each, and no more', async () => {
  using host = new ScratchHost()
  const lines = Array.from({ length: 10 }, (_, i) =>
    task(`l${i}`, line({ path: host.path('conf'), line: `line ${i}`, create: true })),
  )
  const session = await host.session()
  await engineRun('apply', new Map([[session, stages(lines)]]))
  expect(session.frames).toBeLessThanOrEqual(2 + 10 + 1)
  await session.close()
})
