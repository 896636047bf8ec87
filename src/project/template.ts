import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { TemplateError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import { fromHere } from '../model/place.ts'
import { placeOf } from '../model/place-of.ts'
import type { Text } from '../model/secret.ts'
import { writing } from '../model/secret.ts'
import type { Data } from './template-ejs.ts'
import { compile, Included, TemplateMistake } from './template-ejs.ts'

/**
 * Renders an EJS file of a role's folder: `<%= %>` prints as it is, and what is undefined is an error. The text is a
 * Secret if anything secret was printed into it. Throws a TemplateError with its place.
 */
export type RenderTemplate = (dir: string, file: string, data: object) => Text

/** A renderer for one run: it reads each file once, so that all hosts get the same. */
export function templates(): RenderTemplate {
  const texts = new Map<string, string>()
  const read = (path: string): string => {
    const text = texts.get(path) ?? readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
    texts.set(path, text)
    return text
  }
  return (dir, file, data) => writing(() => render({ dir, read }, locate(dir, file), { ...data }))
}

/** Renders one template, read afresh. */
export const renderTemplate: RenderTemplate = (dir, file, data) => templates()(dir, file, data)

interface Source {
  /** The role's folder, which no path may leave. */
  readonly dir: string
  readonly read: (path: string) => string
}

function render(source: Source, path: string, data: Data): string {
  const include = (file: string, more: Data = {}): string => {
    const inner = find(source.dir, dirname(path), file)
    try {
      return render(source, inner, { ...data, ...more })
    } catch (error) {
      throw new Included('', { cause: error })
    }
  }
  try {
    const whole = { ...data, include }
    return compile(source.read(path), Object.keys(whole))(whole)
  } catch (error) {
    if (error instanceof Included) throw error.cause
    if (!(error instanceof TemplateMistake)) throw error
    const { what, at, hint, cause } = error
    throw new TemplateError(what, { at: { file: fromHere(path), ...at }, hint, cause })
  }
}

/** The file that the playbook or role named; if it is not there, the mistake is in the line that called us. */
function locate(dir: string, file: string): string {
  try {
    return find(dir, dir, file)
  } catch (error) {
    const { message, hint } = error as TemplateError
    throw new TemplateError(message, { at: placeOf(error), hint })
  }
}

function find(dir: string, from: string, file: string): string {
  const path = resolve(from, file)
  if (relative(dir, path).split('/')[0] === '..') {
    throw new TemplateError(`the template ${file} is outside the role's folder, ${fromHere(dir)}`, {
      hint: 'Keep it in the role, or give what it says as a variable.',
    })
  }
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path
  if (!existsSync(dir))
    throw new TemplateError(`there is no folder ${fromHere(dir)}`, {
      hint: 'Write in the role: dir: import.meta.dirname.',
    })
  const all = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ejs'))
  throw new TemplateError(`there is no template ${file} in ${fromHere(from)}`, {
    hint: didYouMean(
      file,
      all.map(name => relative(from, resolve(dir, name))),
      `There is no .ejs file in ${fromHere(dir)}.`,
    ),
  })
}
