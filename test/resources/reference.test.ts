import { join } from 'node:path'
import { expect, test } from 'vitest'
import { playbookOf, resourcesIn, typeErrors } from '../support/reference/examples.ts'
import { page, typeOf } from '../support/reference/page.ts'
import { parametersOf } from '../support/reference/parameters.ts'
import { ROOT, readSources } from '../support/reference/sources.ts'

const sources = readSources()
const resources = sources.filter(({ name }) => typeOf(name) !== undefined)

test('every resource has TSDoc, a word for each parameter, and one example', () => {
  const missing = resources.flatMap(({ name, file, doc, example }) => [
    ...(doc === '' ? [`${file}: ${name} has no TSDoc above its export`] : []),
    ...(example === undefined ? [`${file}: ${name} needs one @example in the TSDoc above its export`] : []),
    ...parametersOf(typeOf(name)!.spec)
      .filter(parameter => parameter.doc === '')
      .map(({ path }) => `${file}: ${name}({ ${path.join('.')} }) needs a .describe('…')`),
  ])
  expect(missing).toEqual([])
})

const examples = new Map(resources.map(({ name, example = '' }) => [name, example]))

test('every example is of its own resource', () => {
  const wrong = [...examples].filter(
    ([name, example]) => resourcesIn(example, typeOf(name)!.kind).length === 0,
  )
  expect(wrong.map(([name]) => name)).toEqual([])
})

test('every example compiles as a playbook, and what does not would be seen', () => {
  const all = new Map([...examples, ['wrong', "file({ path: '/x', content: 1 })"]])
  const playbooks = [...all].map(([name, text]) => [name, playbookOf(new Map([[name, text]]))] as const)
  expect(typeErrors(new Map(playbooks))).toEqual([
    expect.stringMatching(/^example-of-wrong\.ts:6: Type 'number' is not assignable/),
  ])
})

/** `npm run docs` writes it. */
test('src/resources/README.md is made of the sources', async () => {
  await expect(page(sources)).toMatchFileSnapshot(join(ROOT, 'src/resources/README.md'))
})
