/** A domain as tinyproxy's filter takes it: an extended regular expression for the whole name. `*` does not reach over a dot. */
export function patternOf(domain: string): string {
  return `^${domain.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`
}
