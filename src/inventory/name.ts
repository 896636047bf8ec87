import { isIP, isIPv6 } from 'node:net'
import { InventoryError } from '../model/error.ts'
import type { Place } from '../model/place.ts'
import { expandRanges } from './range.ts'

/** Letters of any script, digits, and what DNS and Ansible allow between them. Names become files, words and patterns. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u

/** The hosts that a key under `hosts` names, and the port that it names with them: `web[1:3]:2222`, `[2001:db8::1]:22`. */
export function hostNames(key: string, at: Place | undefined): { names: readonly string[]; port?: string } {
  const written = key.normalize('NFC')
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(written)
  if (bracketed?.[1] !== undefined && isIPv6(bracketed[1])) {
    return { names: [bracketed[1]], ...(bracketed[2] === undefined ? {} : { port: bracketed[2] }) }
  }
  if (isIPv6(written)) return { names: [written] }
  const [, name = written, port] = /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/.exec(written) ?? []
  const names = expandRanges(name, at)
  for (const each of names) refuseName('host', each, at)
  return { names, ...(port === undefined ? {} : { port }) }
}

/** A group's name as it is compared. Throws an InventoryError if it could not be told from a pattern. */
export function groupName(key: string, at: Place | undefined): string {
  const name = key.normalize('NFC')
  refuseName('group', name, at)
  return name
}

/** Whether a text can be the address of a machine: a name or an IP address, without port, user or brackets. */
export function isAddress(text: string): boolean {
  if (isIP(text) !== 0) return true
  // What looks like IPv4 and is none would be completed by the resolver: 10.1 is 10.0.0.1 to it.
  return NAME.test(text) && !/^[\d.]+$/.test(text)
}

function refuseName(what: 'host' | 'group', name: string, at: Place | undefined): void {
  if (what === 'host' && /^(all|ungrouped)$/.test(name)) {
    throw new InventoryError(`"${name}" cannot be the name of a host: it is a group's`, { at })
  }
  if (NAME.test(name)) return
  throw new InventoryError(`"${name}" cannot be the name of a ${what}`, { at, hint: cure(name) })
}

function cure(name: string): string {
  const [, user, host] = /^([^@]+)@([^@]+)$/.exec(name) ?? []
  if (user !== undefined) return `Name it "${host}" and give it \`user: ${user}\`.`
  if (/\s/.test(name)) return 'Is a colon missing at the end of the line?'
  return 'A name has letters, digits, ".", "_" and "-", and begins with a letter or a digit.'
}
