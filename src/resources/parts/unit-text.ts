/** A word as systemd.syntax(7) takes it in quotes, with `%` standing for itself (systemd.unit(5), SPECIFIERS). */
export function unitWord(text: string): string {
  const escaped = text
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll('%', '%%')
  return `"${escaped}"`
}

/** The same in a command line, where `$` would stand for a variable too (systemd.service(5), COMMAND LINES). */
export const commandWord = (text: string): string => unitWord(text).replaceAll('$', () => '$$')

/** Sections of a unit's file; settings that are undefined are left out, a list is one line for each. */
export function unitText(sections: Readonly<Record<string, Readonly<Record<string, Setting>>>>): string {
  const texts = Object.entries(sections).map(([name, settings]) => {
    const lines = Object.entries(settings).flatMap(([key, value]) =>
      value === undefined ? [] : [value].flat().map(one => `${key}=${one}\n`),
    )
    return `[${name}]\n${lines.join('')}`
  })
  return texts.join('\n')
}

type Setting = string | readonly string[] | undefined
