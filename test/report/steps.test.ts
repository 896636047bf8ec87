import { expect, test } from 'vitest'
import { openInk } from '../../src/report/ink.ts'
import { openPage } from '../../src/report/page.ts'
import { stepLines } from '../../src/report/steps.ts'
import { memoryStream } from '../support/memory-stream.ts'

test('steps are printed as they end; those under way are in the live part', () => {
  const stream = memoryStream()
  const ink = openInk(false)
  const page = openPage({ stdout: stream, stderr: stream, ink, colourErrors: false, live: false })
  let now = 0
  const { hear, frame } = stepLines(page, () => now)
  hear({ step: 'Docker engine', state: 'begin' })
  hear({ step: 'image of Debian 13', state: 'begin' })
  now = 5300
  expect(frame().map(line => line.text)).toEqual([
    '  …            5 s  Docker engine',
    '  …            5 s  image of Debian 13',
  ])
  hear({ step: 'Docker engine', state: 'done', ms: 5300, changed: false, detail: 'docker.io\x1b 26.1' })
  hear({ step: 'image of Debian 13', state: 'failed', ms: 9000, detail: 'told by the error itself' })
  hear({ step: 'bastion', state: 'done', ms: 12_000, changed: true })
  expect(frame()).toEqual([])
  expect(stream.text()).toBe(`  ok         5.3 s  Docker engine · docker.io\\e 26.1
  failed     9.0 s  image of Debian 13
  changed     12 s  bastion
`)
})
