import { compileFunction } from 'node:vm'
import ejs from 'ejs'
import { RampartError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import { position } from '../model/place-of.ts'
import { Secret } from '../model/secret.ts'

export type Data = Readonly<Record<string, unknown>>

/** Something is wrong in a template's own text, or in what it prints. */
export class TemplateMistake extends Error {
  /** The message: EJS rewrites that of every error that passes it. */
  readonly what: string
  readonly at: Position
  readonly hint: string | undefined

  constructor(
    what: string,
    at: Position,
    options: ErrorOptions & { readonly hint?: string | undefined } = {},
  ) {
    super(what, options)
    this.what = what
    this.at = at
    this.hint = options.hint
  }
}

/** Line and column, from 1. */
interface Position {
  readonly line: number
  readonly column?: number
}

/** A mistake of an included template, to pass through the including one as it is. */
export class Included extends Error {}

const compiled = new Map<string, (data: Data) => string>()

/**
 * A template as a function of its data, which has these names; made once for each text. It throws a
 * {@link TemplateMistake}, or an {@link Included} that the data's own functions threw.
 */
export function compile(text: string, names: readonly string[]): (data: Data) => string {
  const key = `${names.join()}:${text}`
  const template = compiled.get(key) ?? compileAnew(text, names)
  compiled.set(key, template)
  return template
}

function compileAnew(text: string, names: readonly string[]): (data: Data) => string {
  const unchecked = text.indexOf('<%-')
  if (unchecked >= 0)
    throw new TemplateMistake('<%- would print nothing for what is undefined', position(text, unchecked), {
      hint: 'Write <%=, which prints as it is, too.',
    })
  const tags = [...text.matchAll(/<%=/g)].map(tag => tag.index)
  // Each printing tag hands its number to the printer, as the first of two arguments: that is how it knows its place.
  let next = 0
  const numbered = text.replaceAll('<%=', () => `<%=${next++},`)
  const template = new ejs.Template(numbered, {
    filename: 'template',
    escape: ((tag: number | string, value: unknown) =>
      typeof tag === 'string' ? tag : print(value, text, tags[tag] ?? 0)) as (markup: string) => string,
    _with: false,
    strict: !names.some(name => SLOPPY.test(name)),
    destructuredLocals: names.filter(name => VARIABLE.test(name)),
  })
  const render = parse(template, text)
  return data => {
    try {
      return render(data)
    } catch (error) {
      throw located(error, names)
    }
  }
}

/** Names that can be variables of the template; all others are properties of `locals`. */
const VARIABLE =
  /^(?!__|(?:locals|escapeFn|rethrow|let|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with)$)[A-Za-z_$][\w$]*$/
/** Names that can be variables in sloppy mode alone, such as a network's `interface`. */
const SLOPPY = /^(?:implements|interface|package|private|protected|public|static|yield|arguments|eval)$/

/** EJS tells no line for what does not parse, so its JavaScript is parsed once more by someone who does. */
function parse(template: ejs.Template, text: string): (data: Data) => string {
  try {
    return template.compile() as (data: Data) => string
  } catch (error) {
    if (!(error instanceof SyntaxError))
      throw new TemplateMistake('a <% has no %>', position(text, unclosed(text)))
    const [message = '', line = 1] = syntaxError(template.source) ?? [error.message]
    throw new TemplateMistake(message, { line }, { cause: error })
  }
}

/** EJS notes the line of the template before each statement: the last note above the mistake counts. */
function syntaxError(source: string): [message: string, line: number] | undefined {
  try {
    compileFunction(source, [], { filename: 'template' })
    return undefined
  } catch (error) {
    const { message, stack = '' } = error as Error
    const above = source.split('\n').slice(0, Number(/^template:(\d+)/.exec(stack)?.[1] ?? 1))
    const note = above
      .join('\n')
      .match(/; __line = \d+$/gm)
      ?.at(-1)
    return [message, Number(note?.slice(11) ?? 1)]
  }
}

/** The index of the first tag that another tag, or nothing, follows. */
function unclosed(text: string): number {
  const marks = [...text.matchAll(/<%(?!%)|(?<!%)%>/g)]
  const stray = marks.find((mark, i) => mark[0] === '<%' && marks[i + 1]?.[0] !== '%>')
  return stray?.index ?? 0
}

function print(value: unknown, text: string, index: number): string {
  if (Secret.is(value) || typeof value === 'string') return String(value)
  if (typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value)) return String(value)
  const expression = /^<%=\s*(.*?)\s*[-_]?%>/s.exec(text.slice(index))?.[1] ?? ''
  const mistake = (what: string, hint?: string): TemplateMistake =>
    new TemplateMistake(`${expression} is ${what}`, position(text, index), { hint })
  if (Array.isArray(value)) throw mistake('a list', `Say how it is printed: <%= ${expression}.join(', ') %>.`)
  if (typeof value !== 'object' || value === null)
    throw mistake(typeof value === 'function' ? 'a function' : String(value))
  const shown = 'toString' in value ? String(value) : '[object Object]'
  if (shown.startsWith('[object ')) throw mistake('an object', 'Print one of its properties.')
  return shown
}

function located(error: unknown, names: readonly string[]): Error {
  if (error instanceof TemplateMistake || error instanceof Included) return error
  const { message } = error instanceof Error ? error : new Error(String(error))
  const [, line = 1, what = message] = /^template:(\d+)\n.*?\n\n(.*)$/s.exec(message) ?? []
  const [, unknown] = /^(\S+) is not defined$/.exec(what) ?? []
  const known = names.filter(name => name !== 'include')
  const hint = RampartError.is(error)
    ? error.hint
    : unknown && didYouMean(unknown, known, 'It was given no data.')
  return new TemplateMistake(what, { line: Number(line) }, { hint, cause: error })
}
