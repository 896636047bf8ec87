import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { transformSync } from '@swc/wasm-typescript'

/** What these hooks must know. It crosses to another thread on Node 20, so it is plain data. */
export interface Setup {
  /** Our own public modules by specifier, with the names that each exports. */
  readonly api: Readonly<Record<string, readonly string[]>>
  /** The file of the type stripper. */
  readonly stripper: string
  /** A folder for what it has stripped: starting it takes longer than most playbooks take to load. */
  readonly cache: string
}

/** What went wrong while a module was looked up or read. An error carries it as `mistake`: plain data survives the thread. */
export type Mistake =
  | { readonly kind: 'unresolved'; readonly specifier: string; readonly from: string; readonly code: string }
  | { readonly kind: 'unreadable'; readonly url: string; readonly message: string }
  | {
      readonly kind: 'syntax'
      readonly file: string
      /** From 1, as is the column. */
      readonly line: number
      readonly column: number
      /** It is TypeScript, but of the part that is more than types. */
      readonly unsupported: boolean
      readonly message: string
    }

interface Resolved {
  readonly url: string
  readonly shortCircuit?: boolean
}
interface Loaded {
  readonly format: string
  readonly source: string
  readonly shortCircuit?: boolean
}
/** Node's own answer: a promise for hooks on a thread of their own, at once for those on the main one. */
type Soon<T> = T | Promise<T>
type Context = { readonly parentURL?: string | undefined }

/** The symbol under which the modules that stand for ours find the running instance. */
export const RUNNING = 'rampart.running'
const SCHEME = 'rampart:'

let setup: Setup
let stripTypes: typeof transformSync | undefined

/** Node calls it on the hooks' thread; where there is none, we do. */
export function initialize(given: Setup): void {
  setup = given
}

/** Finds our own modules by name from any folder; all else is Node's to find. */
export function resolve(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Soon<Resolved>,
): Soon<Resolved> {
  if (Object.hasOwn(setup.api, specifier)) return { url: SCHEME + specifier, shortCircuit: true }
  return attempt(
    () => next(specifier, context),
    error => ({ kind: 'unresolved', specifier, from: context.parentURL ?? '', code: String(error.code) }),
  )
}

/** Gives our own modules, and those in TypeScript without their types, wherever they are; all else is Node's to load. */
export function load(
  url: string,
  context: object,
  next: (url: string, context: object) => Soon<Loaded>,
): Soon<Loaded> {
  if (url.startsWith(SCHEME)) return { format: 'module', shortCircuit: true, source: standIn(url) }
  const [, ending] = /^file:[^?#]*(\.m?ts|(?<!\/node_modules\/.*)\.js)(?:[?#]|$)/.exec(url) ?? []
  const source = ending && (ending === '.js' ? moduleText(fileURLToPath(url)) : strip(fileURLToPath(url)))
  if (source !== undefined) return { format: 'module', shortCircuit: true, source }
  return attempt(
    () => next(url, context),
    error => ({ kind: 'unreadable', url, message: error.message }),
  )
}

/** A module that hands on what the running instance of ours exports, so that there is only one. */
function standIn(url: string): string {
  const specifier = url.slice(SCHEME.length)
  const names = (setup.api[specifier] ?? []).join(', ')
  return `export const { ${names} } = globalThis[Symbol.for('${RUNNING}')]['${specifier}']`
}

/** The text of a .js file that is a module by its looks: Node would go by the nearest package.json, if there is one. */
function moduleText(file: string): string | undefined {
  const text = readFileSync(file, 'utf8')
  return /^(?:import|export)\b/m.test(text) ? text : undefined
}

/**
 * JavaScript with blanks for types, so that lines and columns stay. Always a module, under node_modules too, where Node
 * itself would refuse.
 */
export function strip(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    const digest = createHash('sha256').update(`${setup.stripper}\0${text}`).digest('hex')
    return kept(join(setup.cache, `${digest}.js`), () => stripped(text))
  } catch (error) {
    const { code, message, startLine = 1, startColumn = 0 } = error as SwcError
    const unsupported = code === 'UnsupportedSyntax'
    return fail({ kind: 'syntax', file, line: startLine, column: startColumn + 1, unsupported, message })
  }
}

function stripped(text: string): string {
  stripTypes ??= createRequire(setup.stripper)(setup.stripper).transformSync as typeof transformSync
  return stripTypes(text, { mode: 'strip-only', module: true }).code
}

/** How many files the folder may hold. */
const MOST = 500

/** What the file holds, or what it is to hold from now on. A folder that cannot be written is done without. */
function kept(path: string, make: () => string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {}
  const code = make()
  try {
    mkdirSync(setup.cache, { recursive: true, mode: 0o700 })
    for (const old of readdirSync(setup.cache).slice(MOST)) rmSync(join(setup.cache, old))
    writeFileSync(`${path}.${process.pid}`, code, { mode: 0o600 })
    renameSync(`${path}.${process.pid}`, path)
  } catch {}
  return code
}

interface SwcError {
  readonly code: string
  readonly message: string
  /** From 1; the column from 0. Absent in an error that is not about the text, such as a file that cannot be read. */
  readonly startLine?: number
  readonly startColumn?: number
}

function attempt<T>(ask: () => Soon<T>, mistake: (error: NodeJS.ErrnoException) => Mistake): Soon<T> {
  try {
    const answer = ask()
    return answer instanceof Promise ? answer.catch(error => fail(mistake(error))) : answer
  } catch (error) {
    return fail(mistake(error as NodeJS.ErrnoException))
  }
}

function fail(mistake: Mistake): never {
  throw Object.assign(new Error(`cannot load a module: ${JSON.stringify(mistake)}`), { mistake })
}
