import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Resource, Task } from '../../src/index.ts'
import { task } from '../../src/index.ts'
import { block } from '../../src/resources/block.ts'
import { file } from '../../src/resources/file.ts'
import { line } from '../../src/resources/line.ts'
import { replace } from '../../src/resources/replace.ts'
import { engineRun, stages } from '../support/engine-run.ts'
import { made } from '../support/made.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const all = (resources: readonly Resource[]): readonly Task[] =>
  resources.map((resource, i) => task(`${i}`, resource))

/** Applies resources, and what became of each. */
async function applied(host: ScratchHost, resources: readonly Resource[]) {
  const session = await host.session()
  const { said, events } = await engineRun('apply', new Map([[session, stages(all(resources))]]))
  const { frames } = session
  await session.close()
  return { events, frames, statuses: said.map(one => one.split(' ')[0]) }
}

test('ten lines of one file are one frame, and each is told with what it changes', async () => {
  using host = new ScratchHost()
  const path = host.path('conf')
  const resources = [
    file({ path, content: '# before\nold = 1\n' }),
    line({ path, line: 'first' }),
    line({ path, regexp: /^old|^new/, line: 'new = 2' }),
    block({ path, name: 'ours', content: 'two\nlines\n' }),
    line({ path, line: '# before' }),
    ...['a', 'b', 'c', 'd', 'e', 'f'].map(text => line({ path, line: text })),
  ]
  const { statuses, events, frames } = await applied(host, resources)
  expect(statuses).toEqual(resources.map((_, i) => (i === 4 ? 'ok' : 'changed')))
  expect(frames).toBe(4)
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(/^# before\nnew = 2\nfirst\n.*ours.*\ntwo\nlines\n.*ours.*\na\nb\nc\nd\ne\nf\n$/)
  const diffs = events.flatMap(event => (event.event === 'task' && 'diff' in event ? [event.diff] : []))
  expect(diffs.at(-1)).toMatchObject({ before: text.slice(0, -2), after: text })
})

test('edits of one file of which one undoes another are made one after the other', async () => {
  using host = new ScratchHost()
  const path = host.path('conf')
  const resources = [
    file({ path, content: 'a\n' }),
    line({ path, line: 'x' }),
    replace({ path, regexp: /^x$/m, with: 'y' }),
    line({ path, line: 'z' }),
  ]
  const { statuses } = await applied(host, resources)
  expect(statuses).toEqual(['changed', 'changed', 'changed', 'changed'])
  expect(readFileSync(path, 'utf8')).toBe('a\ny\nz\n')
})

test('what somebody else writes to a file between the look and the edits is not lost', async () => {
  using host = new ScratchHost()
  const path = host.path('conf')
  // Does more than it says: somebody else, at work between a look and a cure.
  const sign = host.path('theirs')
  const theirs = made({ path: sign, script: `touch ${sign}; echo theirs >>${path}` })
  const resources = [
    file({ path, content: 'a\n' }),
    line({ path, line: 'x' }),
    theirs,
    line({ path, line: 'y' }),
    line({ path, line: 'z' }),
  ]
  const { statuses } = await applied(host, resources)
  expect(statuses).toEqual(['changed', 'changed', 'changed', 'failed', 'skipped'])
  expect(readFileSync(path, 'utf8')).toBe('a\nx\ntheirs\n')
})
