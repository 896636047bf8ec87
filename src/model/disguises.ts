/** One text under which a secret may show up. */
export interface Disguise {
  readonly text: string
  /** Masked only where it stands as a word of its own, as `root` in `user root` but not in `chroot`. */
  readonly word: boolean
}

/** Shorter ones are not searched for: masking every `a` would destroy what is printed and hide nothing. */
export const SHORTEST = 4

/** From so many characters on a secret is masked even inside a longer word. */
const CERTAIN = 8

/**
 * The texts under which a secret, or a line of it, is likely to be printed: as it is; escaped for JSON, sh, URLs or
 * XML; as hex or base64, by itself or in the midst of other data (so at each of three byte shifts), wrapped or not.
 * Nothing for what is shorter than four characters; from four to seven, what is not an encoding only as a whole word.
 */
export function disguises(secret: string): Disguise[] {
  const all = new Map<string, Disguise>()
  const add = (text: string, word: boolean): void => {
    if (text.length < SHORTEST || (all.has(text) && word)) return
    all.set(text, { text, word })
  }
  for (const part of parts(secret)) {
    for (const text of escaped(part)) add(text, part.length < CERTAIN)
    for (const text of encoded(part)) add(text, false)
  }
  return [...all.values()]
}

/** The whole, the whole without the blanks around it, and each line that says something. */
function parts(secret: string): Set<string> {
  const lines = secret.split(/\r\n|\n|\r/)
  const telling = lines.map(line => line.trim()).filter(line => !ARMOUR.test(line) && !COMMON.test(line))
  return new Set(
    [secret, secret.trim(), ...(lines.length > 1 ? telling : [])].filter(part => part.length >= SHORTEST),
  )
}

/** `-----BEGIN OPENSSH PRIVATE KEY-----`: the same in everybody's key. */
const ARMOUR = /^-{3,}[A-Z0-9 ]+-{3,}$/
/** What stands on a line of its own in many a configuration. */
const COMMON = /^(true|false|null|none)$/i

function escaped(part: string): string[] {
  const json = JSON.stringify(part).slice(1, -1)
  const url = encodeURIComponent(wellFormed(part))
  const xml = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [
    part,
    json,
    // What Python's json.dumps writes.
    json.replace(/[\u0080-\uffff]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    json.replaceAll('/', '\\/'),
    // Inside '…' as our own quote() writes it, inside "…", and with backslashes as bash's printf %q writes it.
    part.replaceAll("'", String.raw`'\''`),
    part.replace(/["\\$`]/g, '\\$&'),
    part.replace(/[^\w@%+=:,./-]/g, '\\$&'),
    url,
    url.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
    url.replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    url.replaceAll('%20', '+'),
    url.replaceAll('%2F', '/'),
    xml,
    xml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    xml.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
    xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  ]
}

function encoded(part: string): string[] {
  const bytes = Buffer.from(part)
  const hex = bytes.toString('hex')
  const base64 = [0, 1, 2].flatMap(shift => base64At(bytes, shift))
  const whole = bytes.toString('base64')
  return [
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
    // As base64(1) and openssl(1) wrap what is long.
    ...[76, 64].flatMap(width => whole.match(new RegExp(`.{${width}}|.+$`, 'g')) ?? []),
  ]
}

/**
 * The base64 characters that depend on these bytes alone when so many others stand before them: first if more follow,
 * then if none does. A character holds six bits, and those that share bits with their neighbours are left out.
 */
function base64At(bytes: Buffer, shift: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes])
  const last = whole.toString('base64').slice(Math.ceil((shift * 8) / 6))
  const inner = Math.floor((whole.length * 8) / 6) - Math.ceil((shift * 8) / 6)
  return [last.slice(0, inner), last, last.replaceAll('=', '')]
}

/** A lone surrogate is U+FFFD in UTF-8, and encodeURIComponent throws for it. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}
