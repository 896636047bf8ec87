import { once } from 'node:events'
import module, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PlaybookError } from '../model/error.ts'
import type { Setup } from './loader-hooks.ts'
import * as hooks from './loader-hooks.ts'
import { placeOfAwait } from './loader-imports.ts'
import { explain } from './loader-mistake.ts'

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>

/** Milliseconds for a file and all that it imports. */
const DEADLINE = 60_000

/**
 * Imports a file: TypeScript without a build, and `rampart` is, from any folder, the very instance that runs. Throws a
 * PlaybookError for whatever goes wrong.
 */
export async function importFile(file: string): Promise<Exports> {
  prepared ??= prepare()
  const { load, api } = await prepared
  const end = new AbortController()
  try {
    const loaded = await Promise.race([load(pathToFileURL(file).href), stalled(end.signal)])
    if (loaded !== undefined) return loaded
  } catch (error) {
    throw explain(error, file, api)
  } finally {
    end.abort()
  }
  throw new PlaybookError('the file never ends loading: it awaits, at its top level, what never comes', {
    at: placeOfAwait(file),
    hint: 'Nothing can be awaited from a host there: that is what tasks are for.',
  })
}

/** When nothing is left in the process that could still settle an `await` (Node would exit with 13), or it takes too long. */
async function stalled(signal: AbortSignal): Promise<undefined> {
  const late = setTimeout(DEADLINE, undefined, { signal, ref: false })
  await Promise.race([once(process, 'beforeExit', { signal }), late]).catch(() => undefined)
}

interface Loader {
  readonly load: (url: string) => Promise<Exports>
  readonly api: Setup['api']
}

let prepared: Promise<Loader> | undefined

/** A module of its own, so that whoever rewrites `import()` in ours (a test runner, a bundler) leaves this one to Node. */
const NATIVE = 'data:text/javascript,export default url => import(url)'

async function prepare(): Promise<Loader> {
  const running: Record<string, Exports> = {
    rampart: await import('../index.ts'),
    'rampart/resources': await import('../resources/index.ts'),
  }
  Object.assign(globalThis, { [Symbol.for(hooks.RUNNING)]: running })
  const api = Object.fromEntries(Object.entries(running).map(([name, all]) => [name, Object.keys(all)]))
  register({
    api,
    stripper: createRequire(import.meta.url).resolve('@swc/wasm-typescript'),
    cache: join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'rampart', 'stripped'),
  })
  return { load: (await import(NATIVE)).default, api }
}

/** Node 22.15 and newer can run hooks on the main thread; before, they have a thread of their own. */
function register(setup: Setup): void {
  hooks.initialize(setup)
  if ('registerHooks' in module) {
    ;(module.registerHooks as (given: object) => void)({ resolve: hooks.resolve, load: hooks.load })
  } else {
    module.register(hooksUrl(), { data: setup })
  }
}

/** Where Node finds the hooks. Run from source they are TypeScript themselves, which it cannot read before they are there. */
function hooksUrl(): string {
  if (!import.meta.url.endsWith('.ts')) return new URL('loader-hooks.js', import.meta.url).href
  const code = hooks.strip(fileURLToPath(new URL('loader-hooks.ts', import.meta.url)))
  return `data:text/javascript,${encodeURIComponent(code)}`
}
