import { visible } from './visible.ts'

/** Text that is safe for a terminal. Only {@link Ink} makes it, so nothing unsafe can be printed by mistake. */
export class Shown {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** SGR codes to switch a style on and off (ECMA-48 8.3.117). */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

export type Style = keyof typeof STYLES

/** Makes safe lines: a template tag of which every value is made {@link visible}, and one brush for each style. */
export type Ink = { readonly [S in Style]: (what: string | Shown) => Shown } & ((
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Shown)[]
) => Shown)

/** Ink with colours, or without. */
export function openInk(colours: boolean): Ink {
  const brush =
    (style: Style) =>
    (what: string | Shown): Shown => {
      const text = shown(what)
      const [on, off] = STYLES[style]
      return new Shown(colours && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text)
    }
  const tag = (parts: TemplateStringsArray, ...values: readonly (string | number | Shown)[]): Shown =>
    new Shown(parts.reduce((line, part, i) => `${line}${shown(values[i - 1] ?? '')}${part}`))
  const styles = Object.keys(STYLES) as Style[]
  return Object.assign(tag, Object.fromEntries(styles.map(style => [style, brush(style)]))) as unknown as Ink
}

/** Whether a stream is to be coloured: NO_COLOR (no-color.org) beats FORCE_COLOR beats what the stream is. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}

function shown(what: string | number | Shown): string {
  return what instanceof Shown ? what.text : visible(String(what))
}
