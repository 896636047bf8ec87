import { join, relative } from 'node:path'
import ts from 'typescript'

/** What the source of a resource says of it: its file, its TSDoc and the types of its parameters. */
export interface Source {
  readonly name: string
  /** From the top of the repository. */
  readonly file: string
  /** Its TSDoc without tags, one paragraph a line break. */
  readonly doc: string
  /** What its `@example` shows; undefined if it has none, or more than one. */
  readonly example: string | undefined
  /** The type of a parameter by its path: `limits`, `limits[].domain`. */
  typeOf(path: readonly string[]): string
}

export const ROOT = join(import.meta.dirname, '../../..')

/** Reads all that `rampart/resources` exports as functions, by name. */
export function readSources(): readonly Source[] {
  const index = join(ROOT, 'src/resources/index.ts')
  const program = ts.createProgram([index], compilerOptions())
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(index)
  const module = file && checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error(`${index} exports nothing`)
  return checker
    .getExportsOfModule(module)
    .map(symbol => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter(symbol => symbol.valueDeclaration !== undefined)
    .map(symbol => sourceOf(symbol, checker))
    .sort((one, other) => one.name.localeCompare(other.name, 'en'))
}

/** Those of the repository, as `npm run types` uses them. */
export function compilerOptions(): ts.CompilerOptions {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
      },
    },
  )
  if (config === undefined) throw new Error('tsconfig.json cannot be read')
  return config.options
}

function sourceOf(symbol: ts.Symbol, checker: ts.TypeChecker): Source {
  const at = symbol.valueDeclaration as ts.Declaration
  const examples = symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .map(({ text }) => unfenced(ts.displayPartsToString(text)))
  const [call] = checker.getTypeOfSymbol(symbol).getCallSignatures()
  const given = call?.parameters[0]
  return {
    name: symbol.name,
    file: relative(ROOT, at.getSourceFile().fileName),
    doc: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    example: examples.length === 1 ? examples[0] : undefined,
    typeOf: path => {
      if (given === undefined) throw new Error(`${symbol.name} takes nothing`)
      return shown(typeAt(checker.getTypeOfSymbol(given), path, checker, symbol.name), checker)
    },
  }
}

const unfenced = (text: string): string => /^```ts\n([\s\S]*)\n```$/.exec(text.trim())?.[1] ?? text.trim()

/** `[]` stands for any one of a list. Throws if there is no such parameter. */
function typeAt(type: ts.Type, path: readonly string[], checker: ts.TypeChecker, whose: string): ts.Type {
  const [name, ...rest] = path
  if (name === undefined) return type
  const options = type.isUnion() ? type.types : [type]
  for (const option of options) {
    const inner = name === '[]' ? option.getNumberIndexType() : propertyOf(option, name, checker)
    if (inner) return typeAt(checker.getNonNullableType(inner), rest, checker, whose)
  }
  throw new Error(`${whose} has no parameter ${path.join('.')}`)
}

function propertyOf(type: ts.Type, name: string, checker: ts.TypeChecker): ts.Type | undefined {
  if (type.flags & ts.TypeFlags.StringLike || checker.isArrayLikeType(type)) return undefined
  const property = type.getProperty(name)
  return property && checker.getTypeOfSymbol(property)
}

/** On one line, without what only says that it may be left out. */
function shown(type: ts.Type, checker: ts.TypeChecker): string {
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType
  return checker
    .typeToString(type, undefined, flags)
    .replaceAll(/ \| undefined(?=[;,)\]} ]|$)/g, '')
    .replaceAll('Uint8Array<ArrayBufferLike>', 'Uint8Array')
    .replaceAll('Command<Effect>', 'Command')
    .replaceAll('`0${number}`', 'FileMode')
}
