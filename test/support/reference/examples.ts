import { join } from 'node:path'
import ts from 'typescript'
import type { Item } from '../../../src/index.ts'
import * as rampart from '../../../src/index.ts'
import type { Resource } from '../../../src/model/resource.ts'
import type { TaskNode } from '../../../src/model/task.ts'
import * as resources from '../../../src/resources/index.ts'
import { compilerOptions, ROOT } from './sources.ts'

const DOORS = { 'node:path': { join }, rampart, 'rampart/resources': resources } as const

/** Examples as one playbook: a play for each, with what they need of the public API. */
export function playbookOf(examples: ReadonlyMap<string, string>, hosts = 'all'): string {
  const plays = [...examples].map(
    ([name, example]) => `  play('${name}', { hosts: '${hosts}' }, [\n${example},\n  ]),\n`,
  )
  const code = `export default playbook(\n${plays.join('')})\n`
  return `${importsFor(code)}\n${code}`
}

function importsFor(code: string): string {
  return Object.entries(DOORS)
    .map(([door, names]) => [door, Object.keys(names).filter(name => isSaid(name, code))] as const)
    .filter(([, names]) => names.length > 0)
    .map(([door, names]) => `import { ${names.join(', ')} } from '${door}'\n`)
    .join('')
}

/** As a function, a tag, or something with functions of its own: `Secret.env(…)`. */
const isSaid = (name: string, code: string): boolean =>
  new RegExp(`(?<![\\w.'-])${name}(?=[(\`]|\\.\\w+\\()`).test(code)

/** The items of an example, made without a run. Throws what its parameters throw. */
const itemsOf = (example: string): readonly Item[] =>
  evaluated(example, { ...rampart, ...resources }) as readonly Item[]

/** Evaluates an example with these names. */
export function evaluated(example: string, names: Readonly<Record<string, unknown>>): unknown {
  const all = { ...names, join, here: { dirname: '/playbooks' } }
  const code = example.replaceAll('import.meta', 'here')
  const { outputText } = ts.transpileModule(`return [\n${code}\n]`, {
    compilerOptions: { target: ts.ScriptTarget.ES2023 },
  })
  return new Function(...Object.keys(all), outputText)(...Object.values(all))
}

/** The resources of a kind among an example's items. */
export function resourcesIn(example: string, kind: string): readonly Resource[] {
  return itemsOf(example)
    .flat(9)
    .map(item => item as unknown as Partial<Resource & TaskNode>)
    .map(item => (item.type === undefined ? (item as Resource) : item.resource))
    .filter(resource => resource !== undefined)
    .filter(resource => resource.kind === kind)
}

/** What the compiler says of playbooks, by name: `line: message`, as `npm run types` would. */
export function typeErrors(playbooks: ReadonlyMap<string, string>): readonly string[] {
  const files = new Map([...playbooks].map(([name, text]) => [`${ROOT}/test/example-of-${name}.ts`, text]))
  const options = compilerOptions()
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.readFile = path => files.get(path) ?? readFile(path)
  host.fileExists = path => files.has(path) || fileExists(path)
  const { getSourceFile } = host
  host.getSourceFile = (path, target, ...rest) => {
    const text = files.get(path)
    return text === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, text, target)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return [...files.keys()].flatMap(path => {
    const file = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText, start = 0 }) => {
        const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
        return `${path.replace(`${ROOT}/test/`, '')}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
      },
    )
  })
}
