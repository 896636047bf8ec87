import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rampartRun } from '../support/rampart.ts'
import { playbookOf } from '../support/reference/examples.ts'
import { typeOf } from '../support/reference/page.ts'
import { readSources } from '../support/reference/sources.ts'
import { ELSEWHERE, GIVEN, HOST, STAYS_TO_DO } from './given.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'examples', nodes: 1 })
const examples = new Map(
  readSources()
    .filter(({ name }) => typeOf(name) !== undefined && !(name in ELSEWHERE))
    .map(({ name, example = '' }) => [name, example] as const),
)
const hostOf = (name: string): string => HOST[name] ?? 'dgx01'
const hosts = [...new Set([...examples.keys()].map(hostOf))]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-examples-'))
  await mkdir(join(folder, 'files/site'), { recursive: true })
  await writeFile(join(folder, 'files/site/index.html'), '<p>hello\n')
  for (const host of hosts) {
    const mine = new Map([...examples].filter(([name]) => hostOf(name) === host))
    await writeFile(join(folder, `${host}.ts`), playbookOf(mine, host))
    const given = ['set -e', ...[...mine.keys()].map(name => GIVEN[name] ?? '')].join('\n')
    expect(await lab.inside(host, given), host).toMatchObject({ code: 0 })
  }
}, 300_000)
afterAll(() => rm(folder, { recursive: true }))

const run = () => rampartRun([...hosts.map(host => join(folder, `${host}.ts`)), '-i', lab.files.inventory])
const told = ({ tasks }: Awaited<ReturnType<typeof run>>, wanted: (status: string) => boolean) =>
  tasks.filter(({ status }) => wanted(status)).map(({ play, status, error }) => ({ play, status, error }))

test('every example does what it says, and the second look finds nothing to do', async () => {
  const first = await run()
  expect(told(first, status => status !== 'ok' && status !== 'changed')).toEqual([])
  expect(first.events.filter(({ event }) => event === 'error')).toEqual([])
  expect(first.code, first.stderr).toBe(0)
  expect(told(first, status => status === 'changed').length).toBeGreaterThan(examples.size / 2)
  const second = await run()
  expect(told(second, status => status !== 'ok').map(({ play }) => play)).toEqual(STAYS_TO_DO)
  expect(second.code, second.stderr).toBe(0)
}, 300_000)
