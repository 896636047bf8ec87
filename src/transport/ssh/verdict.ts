import type { KnownHosts, KnownKey } from './known-hosts.ts'
import { typeOfKey } from './known-hosts.ts'

/** The names under which a host may be known. */
export interface HostNames {
  /** What we dial: `10.20.0.27`, `[10.20.0.27]:2222`. It decides. */
  readonly dialled: string
  /** Its name in the inventory and its other addresses: asked when the first is unknown. */
  readonly others: readonly string[]
  /** Names without the port: they can vouch for a key, but another key there says nothing (as in OpenSSH's client). */
  readonly loose: readonly string[]
}

/** What known_hosts files say of a host's key. Only `known` lets anyone through by itself. */
export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  /** Known, but not by this key: the line of its type, else the first. */
  | { readonly kind: 'changed'; readonly name: string; readonly by: KnownKey }
  | { readonly kind: 'revoked'; readonly by: KnownKey }
  /** Vouched for by an authority's certificate alone, which cannot be checked here. */
  | { readonly kind: 'authority'; readonly by: KnownKey }

/** Judges the key that a host has shown. Pure, so that it can be asked again at every new key exchange. */
export function judge(files: readonly KnownHosts[], names: HostNames, key: Buffer): Verdict {
  const firm = [names.dialled, ...names.others].map(name => ({ name, known: linesFor(files, name) }))
  const all = [...firm.flatMap(line => line.known), ...names.loose.flatMap(name => linesFor(files, name))]

  const revoked = all.find(line => line.marker === 'revoked' && line.key?.equals(key))
  if (revoked) return { kind: 'revoked', by: revoked }

  for (const { name, known } of firm) {
    const keys = known.filter(line => line.marker === undefined)
    if (keys.some(line => line.key?.equals(key))) return { kind: 'known' }
    // Another type of key counts as changed too: an impostor could offer just the type that we do not know.
    const by = keys.find(line => line.type === typeOfKey(key)) ?? keys[0]
    if (by) return { kind: 'changed', name, by }
  }
  if (all.some(line => line.marker === undefined && line.key?.equals(key))) return { kind: 'known' }
  const authority = all.find(line => line.marker === 'cert-authority')
  return authority ? { kind: 'authority', by: authority } : { kind: 'unknown' }
}

/** The types of key by which a host is known: those that it should be asked for first. */
export function knownTypes(files: readonly KnownHosts[], names: HostNames): ReadonlySet<string> {
  const lines = [names.dialled, ...names.others, ...names.loose].flatMap(name => linesFor(files, name))
  return new Set(lines.filter(line => line.marker === undefined).map(line => line.type))
}

function linesFor(files: readonly KnownHosts[], name: string): readonly KnownKey[] {
  return files.flatMap(file => file.lookup(name))
}
