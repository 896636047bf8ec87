/**
 * Makes a stranger's text harmless for a terminal: control characters, which could move the cursor, retitle the window
 * or hide what follows, and the bidirectional overrides of Trojan Source (CVE-2021-42574) show as escapes. Newlines
 * and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(DANGEROUS, escaped)
}

/** The same on one line. */
export function oneLine(text: string): string {
  return visible(text).replace(/[\n\t\u2028\u2029]/g, escaped)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const DANGEROUS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' }

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  return (
    NAMED[character] ??
    (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
  )
}
