import { basename } from 'node:path'
import { inspect } from 'node:util'
import * as resources from '../../../src/resources/index.ts'
import { resourcesIn } from './examples.ts'
import type { Parameter } from './parameters.ts'
import { parametersOf } from './parameters.ts'
import type { Source } from './sources.ts'

type Made = (typeof resources)[keyof typeof resources]

/** The schema and the like of a resource; undefined for what is none, such as `restart`. */
export function typeOf(name: string): Extract<Made, { type: unknown }>['type'] | undefined {
  const made: object | undefined = (resources as Readonly<Record<string, Made>>)[name]
  return made && 'type' in made ? (made.type as Extract<Made, { type: unknown }>['type']) : undefined
}

/** The reference of all resources: src/resources/README.md. */
export function page(sources: readonly Source[]): string {
  const isResource = ({ name }: Source): boolean => typeOf(name) !== undefined
  const all = sources.filter(isResource)
  const others = sources.filter(source => !isResource(source))
  return `${[
    '<!-- Made by `npm run docs` from the sources in this folder. -->',
    '# Resources',
    INTRODUCTION,
    all.map(({ name, doc }) => `- [\`${name}\`](#${name.toLowerCase()}): ${summary(doc)}`).join('\n'),
    ...all.map(section),
    '## Handlers',
    ...others.map(
      ({ name, doc, file, example }) =>
        `**\`${name}\`** ([source](${basename(file)})): ${doc}${code(example)}`,
    ),
  ].join('\n\n')}\n`
}

const INTRODUCTION = `Each is a function of one object, imported from \`rampart/resources\`, and stands in the list of a play or a role, or in a
\`task('name', …, { notify, guard, tags, become })\`. The examples are items of such a list; a test runs each of them twice on a
real host, the second time with nothing left to change. What \`touches\` names is what two resources could contend for.`

/** The first sentence of a TSDoc, as part of a list. */
function summary(doc: string): string {
  const [first = ''] = doc.split('\n\n')
  const sentence = /^.*?[.:](?=\s|$)/s.exec(first)?.[0] ?? first
  return sentence.replaceAll('\n', ' ').replace(/:$/, '.')
}

function section(source: Source): string {
  const { name, file, doc, example = '' } = source
  const type = typeOf(name)
  if (type === undefined) throw new Error(`${name} is no resource`)
  const touched = new Set(resourcesIn(example, type.kind).flatMap(({ touches }) => touches))
  return [
    `## ${name}`,
    `${doc} ([source](${basename(file)}))${code(example)}`,
    table(parametersOf(type.spec), source),
    touched.size === 0
      ? 'Touches: nothing that is known beforehand.'
      : `Touches, in the example: ${[...touched].map(touch => `\`${touch}\``).join(', ')}`,
  ].join('\n\n')
}

const code = (example: string | undefined): string => (example ? `\n\n\`\`\`ts\n${example}\n\`\`\`` : '')

function table(parameters: readonly Parameter[], source: Source): string {
  const rows = parameters.map(parameter => {
    const { path, doc, isRequired, standard } = parameter
    const name = path.join('.').replaceAll('.[]', '[]')
    const given = isRequired ? 'required' : standard === undefined ? '' : `\`${literal(standard)}\``
    return [`\`${name}\``, `\`${source.typeOf(path)}\``, given, doc]
  })
  return [['parameter', 'type', 'default', ''], ['---', '---', '---', '---'], ...rows]
    .map(row => `| ${row.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n')
}

const literal = (value: unknown): string => inspect(value, { breakLength: Number.POSITIVE_INFINITY })
