import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RAMPART, RESOURCES } from './public-names.ts'

/** Who may import whom, beside its own folder. `index.ts` is the public API. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  controller: ['model'],
  transport: ['model'],
  guard: ['model'],
  session: ['model', 'transport', 'guard'],
  'index.ts': ['model'],
  resources: ['index.ts'],
  inventory: ['model', 'controller'],
  // It hands the public API to playbooks, wherever they are.
  project: ['model', 'index.ts', 'resources'],
  secrets: ['model'],
  engine: ['model', 'session', 'guard'],
  report: ['model', 'engine'],
  history: ['model', 'engine'],
  lab: ['model', 'transport', 'controller'],
  run: [
    'model',
    'transport',
    'session',
    'guard',
    'inventory',
    'project',
    'secrets',
    'engine',
    'report',
    'history',
    'controller',
  ],
  cli: ['model', 'run', 'lab'],
}

/** Each outside package comes in by one door. */
const DOOR: Readonly<Record<string, string>> = {
  zod: 'model',
  ssh2: 'transport',
  'node:child_process': 'transport',
  'p-limit': 'engine',
  yaml: 'inventory',
  ejs: 'project',
  '@swc/wasm-typescript': 'project',
  'age-encryption': 'secrets',
  zx: 'controller',
  diff: 'report',
  'log-update': 'report',
  'cli-truncate': 'report',
  cac: 'cli',
}

/** Packages that take so long to load that `--help` must not. */
const HEAVY = [
  'ejs',
  '@swc/wasm-typescript',
  'ssh2',
  'yaml',
  'zod',
  'zx',
  'diff',
  'log-update',
  'cli-truncate',
]

/** Where tests begin beside their own imports: what they start as a program. */
const STARTED = ['src/cli/main.ts']

interface Import {
  readonly from: string
  readonly to: string
  /** `type`: nothing is left of it at run time. `late`: written as `import('…')`, so loaded only when it is reached. */
  readonly kind: 'type' | 'early' | 'late'
}

const under = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => `${folder}/${name}`)
        .sort()
    : []

const src = under('src')
const text = new Map(
  [...src, ...['test', 'roles', 'playbooks'].flatMap(under)].map(file => [file, readFileSync(file, 'utf8')]),
)

const IMPORT =
  /^(?:import|export)(?<type> type)?\b[^'"`;]*?\bfrom '(?<whole>[^']+)'|^import '(?<bare>[^']+)'|\bimport\('(?<late>[^']+)'\)/gm

function importsOf(from: string): readonly Import[] {
  return [...(text.get(from) ?? '').matchAll(IMPORT)].map(({ groups = {} }) => {
    const { type, whole, bare, late } = groups
    const to = whole ?? bare ?? late ?? ''
    const kind = type === undefined ? (late === undefined ? 'early' : 'late') : 'type'
    return { from, to: to.startsWith('.') ? normalize(join(dirname(from), to)) : to, kind }
  })
}

const imports = src.flatMap(importsOf)
const inside = imports.filter(({ to }) => to.startsWith('src/'))
const layer = (file: string): string => file.split('/')[1] ?? ''
const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/')

/** These files and all that they import. */
function reach(
  entries: readonly string[],
  follow: (one: Import) => boolean = () => true,
): ReadonlySet<string> {
  const found = new Set(entries)
  for (const file of found) for (const one of importsOf(file)) if (follow(one)) found.add(one.to)
  return found
}

describe('layers', () => {
  test.each(Object.keys(MAY_IMPORT))('%s imports only what lies below it', from => {
    const allowed = [from, ...(MAY_IMPORT[from] ?? [])]
    const wrong = inside.filter(one => layer(one.from) === from && !allowed.includes(layer(one.to)))
    expect(wrong.map(one => `${one.from} → ${one.to}`)).toEqual([])
  })

  test('every folder of src/ has its place among them', () => {
    expect(src.filter(file => !(layer(file) in MAY_IMPORT))).toEqual([])
  })

  test('no file imports itself the long way round', () => {
    const cycles: string[] = []
    const done = new Set<string>()
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      if (done.has(file)) return
      done.add(file)
      for (const { from, to, kind } of inside)
        if (from === file && kind === 'early') walk(to, [...path, file])
    }
    for (const file of src) walk(file, [])
    expect(cycles).toEqual([])
  })

  test('roles and playbooks know the public API alone', () => {
    const wrong = ['roles', 'playbooks']
      .flatMap(under)
      .flatMap(importsOf)
      .filter(({ to }) => !/^(?:rampart(?:\/resources)?$|roles\/|playbooks\/|node:)/.test(to))
    expect(wrong.map(one => `${one.from} → ${one.to}`)).toEqual([])
  })
})

describe('packages', () => {
  test('each comes in by its door', () => {
    const outside = imports.filter(
      ({ to }) => !to.startsWith('src/') && (!to.startsWith('node:') || to in DOOR),
    )
    const wrong = outside.filter(one => DOOR[packageOf(one.to)] !== layer(one.from))
    expect(wrong.map(one => `${one.from} → ${one.to}`)).toEqual([])
  })

  test('each that is depended on has a door, and comes in by it', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    const used = new Set(imports.map(({ to }) => packageOf(to)))
    expect(Object.keys(dependencies).filter(name => !(name in DOOR) || !used.has(name))).toEqual([])
  })

  test('none that is slow to load is loaded for --help', () => {
    const early = reach(['src/cli/main.ts'], ({ kind }) => kind === 'early')
    expect(HEAVY.filter(name => early.has(name))).toEqual([])
  })
})

describe('size', () => {
  const lines = (file: string): number => (text.get(file) ?? '').split('\n').length - 1

  test('no file is longer than 250 lines', () => {
    const long = [...text.keys()].filter(file => !file.startsWith('test/') && lines(file) > 250)
    expect(long).toEqual([])
  })

  test('the file in the middle has at most 90', () => {
    expect(src.map(lines).sort((a, b) => a - b)[Math.floor(src.length / 2)]).toBeLessThanOrEqual(90)
  })
})

describe('names', () => {
  test('of rampart are these', async () => {
    expect(Object.keys(await import('../src/index.ts')).sort()).toEqual([...RAMPART].sort())
  })

  test('of rampart/resources are these', async () => {
    expect(Object.keys(await import('../src/resources/index.ts')).sort()).toEqual([...RESOURCES].sort())
  })
})

describe('what is committed', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(existsSync)
  const having = (pattern: RegExp): readonly string[] =>
    files.filter(file => pattern.test(readFileSync(file, 'latin1')))

  test('names no path of the machine it was written on', () => {
    expect(having(new RegExp(`(?<![\\w.-])/${'work'}/`))).toEqual([])
  })

  test('names no host of a package registry', () => {
    const hosts = [
      ['registry', 'npmjs'],
      ['files', 'pythonhosted'],
      ['pypi', 'org'],
      ['proxy', 'golang'],
    ]
    expect(having(new RegExp(hosts.map(parts => parts.join('[.]')).join('|')))).toEqual([])
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved": *"http/)
  })

  test('is reached by a test', () => {
    const tests = under('test').filter(file => /\.test(?:-d)?\.ts$/.test(file))
    const reached = reach([...tests, ...STARTED])
    expect(src.filter(file => !reached.has(file))).toEqual([])
  })
})
