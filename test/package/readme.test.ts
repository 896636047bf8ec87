import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, expect, test } from 'vitest'
import { RAMPART, RESOURCES } from '../public-names.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text)

// In the checkout, so that an example finds the package by its own name, as a user's playbook does.
const folder = mkdtempSync(join(import.meta.dirname, 'readme-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('its first two blocks of sh are one line each: what runs the main job, and what runs all tests', () => {
  expect(blocks('sh').slice(0, 2)).toEqual([
    'npm ci && npx rampart lab run --install\n',
    'npm ci && npm run test:all\n',
  ])
})

/** An example that shows no imports has them all. */
function whole(example: string): string {
  if (/^import /m.test(example)) return example
  return [
    `import { ${RAMPART.join(', ')} } from 'rampart'`,
    `import { ${RESOURCES.filter(name => !example.includes(`const ${name} =`)).join(', ')} } from 'rampart/resources'`,
    "import sshHardening from '../../../roles/ssh-hardening/role.ts'",
    example,
  ].join('\n')
}

test('its examples compile', () => {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), path => readFileSync(path, 'utf8'))
  const { options } = ts.parseJsonConfigFileContent(
    { ...config.config, files: [], include: [] },
    ts.sys,
    root,
  )
  const files = blocks('ts').map((example, i) => {
    const file = join(folder, `example-${i}.ts`)
    writeFileSync(file, whole(example))
    return file
  })
  expect(files.length).toBeGreaterThan(5)
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false })
  const mistakes = files.flatMap(file => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const line = source?.text.slice(0, start).split('\n').length ?? 0
        return `${source?.text.split('\n')[line - 1]}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
      },
    )
  })
  expect(mistakes).toEqual([])
})

test('its links within the project lead somewhere', () => {
  for (const [, target = ''] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
    if (/^https?:/.test(target)) continue
    expect(() => readFileSync(join(root, target)), target).not.toThrow()
  }
  const anchors = new Set(
    [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
  for (const [, anchor = ''] of readme.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor)
})
