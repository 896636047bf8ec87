import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { RolldownOptions } from 'rolldown'
import { build as bundle } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as rampart from '../../src/index.ts'
import { RampartError, showError } from '../../src/model/error.ts'
import { importModule, loadPlaybook } from '../../src/project/load.ts'
import * as resources from '../../src/resources/index.ts'
import { build } from '../support/build.ts'
import type { Files } from './mistakes.ts'
import { MISTAKES, ROLE } from './mistakes.ts'

/** No folder above it has a package.json or node_modules. */
const root = realpathSync(mkdtempSync(join(tmpdir(), 'rampart-load-')))
afterAll(() => rmSync(root, { recursive: true }))

function folder(files: Files): string {
  const dir = mkdtempSync(join(root, 'p-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const SITE = `import type { Host } from 'rampart'
import { play, playbook } from 'rampart'
import web from './roles/web/role.ts'
const hosts: string = 'all'
export default playbook(play('web', { hosts }, (host: Host) => [web()]))
`

describe('a playbook loads', () => {
  test.each<[where: string, files: Files, entry: string]>([
    ['in a folder without node_modules', { 'site.ts': SITE, 'roles/web/role.ts': ROLE }, 'site.ts'],
    [
      'under a package.json that says CommonJS',
      { 'package.json': '{"type":"commonjs"}', 'site.ts': SITE, 'roles/web/role.ts': ROLE },
      'site.ts',
    ],
    ['as .mts', { 'site.mts': SITE, 'roles/web/role.ts': ROLE }, 'site.mts'],
    [
      'as .mjs',
      {
        'site.mjs':
          "import { play, playbook } from 'rampart'\nexport default playbook(play('web', { hosts: 'all' }, []))",
      },
      'site.mjs',
    ],
    [
      'as .js under a package.json that says CommonJS',
      {
        'package.json': '{"type":"commonjs"}',
        'site.js':
          "import { play, playbook } from 'rampart'\nexport default playbook(play('web', { hosts: 'all' }, []))",
      },
      'site.js',
    ],
    [
      'with a role from a package in TypeScript',
      {
        'site.ts': SITE.replace('./roles/web/role.ts', 'web'),
        'node_modules/web/package.json': '{"name":"web","version":"1.0.0","exports":"./role.ts"}',
        'node_modules/web/role.ts': ROLE.replace('import.meta.dirname', 'import.meta.dirname as string'),
      },
      'site.ts',
    ],
    [
      'with an await that ends',
      {
        'site.ts': `const ports: number[] = await Promise.resolve([22])\n${SITE}`,
        'roles/web/role.ts': ROLE,
      },
      'site.ts',
    ],
    [
      'from a path with spaces and signs',
      { 'a b#c%d?/site.ts': SITE.replace('./roles', '../roles'), 'roles/web/role.ts': ROLE },
      'a b#c%d?/site.ts',
    ],
  ])('%s', async (_, files, entry) => {
    expect(await loadPlaybook(join(folder(files), entry))).toMatchObject({
      type: 'playbook',
      plays: [{ type: 'play', name: 'web', hosts: 'all' }],
    })
  })

  test('with the very instance of rampart that runs', async () => {
    const dir = folder({
      'site.ts': "export * as rampart from 'rampart'\nexport * as resources from 'rampart/resources'\n",
      'node_modules/rampart/package.json':
        '{"name":"rampart","version":"9.9.9","exports":{".":"./index.js"}}',
      'node_modules/rampart/index.js': 'export const Secret = null',
    })
    const found = await importModule(join(dir, 'site.ts'))
    expect({ ...(found['rampart'] as object) }).toEqual({ ...rampart })
    expect({ ...(found['resources'] as object) }).toEqual({ ...resources })
  })
})

describe('a mistake has its place and its cure', () => {
  test.each(MISTAKES)('%s', async (_, files, shown) => {
    const dir = folder(files)
    const error = await loadPlaybook(join(dir, 'site.ts')).catch((thrown: unknown) => thrown)
    expect(RampartError.is(error) && error.name).toBe('PlaybookError')
    expect(showError(error).replaceAll(dir, '.')).toBe(shown)
  })

  test('a file that is no module', async () => {
    const dir = folder({ 'site.yaml': '', 'site.cjs': '' })
    await expect(loadPlaybook(join(dir, 'site.yaml'))).rejects.toMatchObject({
      message: `${dir}/site.yaml is no .ts, .js or .mjs file`,
      hint: 'A playbook is TypeScript here; YAML is for the inventory.',
    })
    await expect(loadPlaybook(join(dir, 'site.cjs'))).rejects.toMatchObject({
      message: `${dir}/site.cjs is no .ts, .js or .mjs file`,
    })
  })
})

describe('what is published, under plain Node', () => {
  beforeAll(async () => {
    published = await bundled()
  }, 120_000)

  test('says the same of every mistake', () => {
    const all = MISTAKES.map(([what, files, shown]) => ({ what, dir: folder(files), shown }))
    const said = node(
      `const said = []
      for (const dir of ${JSON.stringify(all.map(({ dir }) => dir))})
        said.push(await loadPlaybook(dir + '/site.ts').then(() => 'nothing', error => showError(error).replaceAll(dir, '.')))
      console.log(JSON.stringify(said))`,
    )
    expect(JSON.parse(said.stdout)).toEqual(all.map(({ shown }) => shown))
    expect(said.stderr).toBe('')
  }, 60_000)

  test('names a file from the current folder', () => {
    const dir = folder({ 'a/site.ts': 'throw new Error("no")' })
    expect(
      node("await loadPlaybook('a/site.ts').catch(error => console.log(showError(error)))", dir).stdout,
    ).toBe('a/site.ts:1:7: no\n')
  }, 60_000)

  test('does not wait for what never comes, and can go on', () => {
    const dir = folder({
      'site.ts': 'const port = 22\nconst answer = await new Promise(() => {})\nexport default answer',
    })
    expect(
      node("await loadPlaybook('site.ts').catch(error => console.log(showError(error)))", dir).stdout,
    ).toBe(
      'site.ts:2:16: the file never ends loading: it awaits, at its top level, what never comes\n' +
        '  Nothing can be awaited from a host there: that is what tasks are for.\n',
    )
  }, 60_000)
})

let published: string
/** The loader, bundled as the program is, but with doors of its own. Beside the build, where its packages are found. */
async function bundled(): Promise<string> {
  const dir = join(build(), 'loader/js')
  const file = join(import.meta.dirname, '../../src/rolldown.config.js')
  const { default: config } = (await import(file)) as { default: RolldownOptions }
  const input = {
    load: 'src/project/load.ts',
    error: 'src/model/error.ts',
    'loader-hooks': 'src/project/loader-hooks.ts',
  }
  await bundle({ ...config, input, output: { ...config.output, dir }, logLevel: 'silent' })
  return dir
}

/** Runs a script under plain Node, with what it needs of the bundle. */
function node(script: string, cwd = process.cwd()): { readonly stdout: string; readonly stderr: string } {
  const text = `const { loadPlaybook } = await import('${published}/load.js')
    const { showError } = await import('${published}/error.js')
    ${script}`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    cwd,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return { stdout, stderr }
}
