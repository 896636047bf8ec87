import { isIPv6 } from 'node:net'

/** What hosts(5) is to say of an address. */
export interface WantedHost {
  readonly address: string
  /** The first is the canonical one. None, with `absent`: all of the address's. */
  readonly names: readonly string[]
  readonly state: 'present' | 'absent'
}

/**
 * The text of /etc/hosts with these names on a line of their address, and on no other of that family, whose addresses
 * they would give besides or instead. The line is written anew only if it is not there. All else stays as it is.
 */
export function withHost(text: string, wanted: WantedHost): string {
  const lines = text.split('\n')
  const isOurs = wanted.state === 'present' ? lines.findIndex(line => isExactly(line, wanted)) : -1
  const cleared = lines.flatMap((line, i) => (i === isOurs ? [line] : cut(line, wanted)))
  if (wanted.state === 'absent' || isOurs >= 0) return cleared.join('\n')
  const line = `${wanted.address}\t${wanted.names.join(' ')}`
  // What was its line, or what is the end.
  const at = lines.findIndex(one => isLeftEmpty(one, wanted))
  if (at >= 0) return lines.flatMap((one, i) => (i === at ? [line] : cut(one, wanted))).join('\n')
  return `${cleared.join('\n')}${cleared.at(-1) === '' ? '' : '\n'}${line}\n`
}

interface Line {
  readonly address: string
  readonly names: readonly string[]
  /** With what stands before it. */
  readonly remark: string
}

/** Undefined for a line that names no host. */
function parsed(line: string): Line | undefined {
  const [, body = '', remark = ''] = /^([^#]*?)(\s*#.*|\s*)$/s.exec(line) ?? []
  const [address = '', ...names] = body.trim().split(/\s+/)
  return names.length === 0 ? undefined : { address, names, remark }
}

/** The line without what is not to be on it; none if nothing is left. */
function cut(line: string, wanted: WantedHost): readonly string[] {
  const found = parsed(line)
  if (!found) return [line]
  const left = namesLeft(found, wanted)
  if (left.length === found.names.length) return [line]
  return left.length === 0 ? [] : [`${found.address}\t${left.join(' ')}${found.remark}`]
}

function namesLeft({ address, names }: Line, wanted: WantedHost): readonly string[] {
  const isIts = canonical(address) === canonical(wanted.address)
  if (wanted.state === 'absent' && wanted.names.length === 0) return isIts ? [] : names
  const isMeant = wanted.state === 'absent' ? isIts : isIPv6(address) === isIPv6(wanted.address)
  return isMeant ? names.filter(name => !has(wanted.names, name)) : names
}

function isExactly(line: string, { address, names }: WantedHost): boolean {
  const found = parsed(line)
  return (
    found !== undefined &&
    canonical(found.address) === canonical(address) &&
    found.names.length === names.length &&
    found.names.every((name, i) => same(name, names[i] ?? ''))
  )
}

function isLeftEmpty(line: string, wanted: WantedHost): boolean {
  const found = parsed(line)
  return (
    found !== undefined &&
    canonical(found.address) === canonical(wanted.address) &&
    namesLeft(found, wanted).length === 0
  )
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
const has = (names: readonly string[], name: string): boolean => names.some(one => same(one, name))

/** `::1` and `0:0:0:0:0:0:0:1` are one address (RFC 5952). */
const canonical = (address: string): string =>
  isIPv6(address) && !address.includes('%') ? new URL(`http://[${address}]`).hostname : address
