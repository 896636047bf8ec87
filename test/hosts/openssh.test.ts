import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { rampartRun } from '../support/rampart.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'openssh', nodes: 1 })
// The first run builds the command line.
vi.setConfig({ testTimeout: 180_000 })
const small = join(import.meta.dirname, 'playbooks/small.ts')

test('a whole run over OpenSSH, the node behind its bastion: changed, then in sync, in two frames', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'rampart-openssh-run-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const { all } = parse(await readFile(lab.files.inventory, 'utf8'))
  const inventory = join(dir, 'hosts.yaml')
  await writeFile(inventory, stringify({ all: { ...all, vars: { ...all.vars, transport: 'openssh' } } }))

  const first = await rampartRun([small, '-i', inventory])
  expect(first, JSON.stringify(first.events)).toMatchObject({ code: 0, stderr: '' })
  const second = await rampartRun([small, '-i', inventory])
  for (const host of ['bastion', 'dgx01']) {
    expect(first.recap.hosts[host]).toMatchObject({ changed: 2, failed: 0 })
    expect(second.recap.hosts[host]).toMatchObject({ ok: 2, changed: 0, frames: 2 })
  }
  // One ssh for the bastion, and one that goes through it to the node.
  expect(second.recap.hosts['bastion']?.connections).toBe(2)
  expect(second.recap.hosts['dgx01']?.connections).toBe(1)
})
