import type { Command, Plan, Probe, Steps, Text } from '../../index.ts'
import { CheckFailed, drift, inSync, reveal, run, Secret } from '../../index.ts'
import type { OwnedFile } from '../owned-file.ts'
import { planOwnedFile, readOwnedFile } from '../owned-file.ts'
import { armored, parsePublicKeys } from '../parameters/openpgp.ts'
import type { SigningKey } from '../parameters/signing-key.ts'
import { fingerprintsOf, PUBLIC_KEYS } from '../queries/public-keys.ts'
import type { WebClient } from '../queries/web-client.ts'
import { webClient } from '../queries/web-client.ts'
import { attributeChanges, attributeSteps } from './attributes.ts'
import { fetchStep, hidden } from './fetching.ts'
import type { FileLook } from './file-look.ts'
import { lookAtFile, mayHoldFile } from './file-look.ts'
import type { FileState } from './file-state.ts'
import { willBeThere } from './folder-to-come.ts'
import { candidateOf } from './validation.ts'

/** The file that holds a repository's keys. */
export interface KeyFile {
  readonly path: string
  /** Undefined: there is to be none. */
  readonly key: SigningKey | undefined
  /** Without a proxy of the key's own. */
  readonly proxy: Text | undefined
  /** apt takes both, rpm only armored ones. */
  readonly form: 'binary' | 'armored'
}

export type KeyFileState =
  | { readonly kind: 'file'; readonly file: FileState }
  | {
      readonly kind: 'fetched'
      readonly look: FileLook
      readonly fingerprints: readonly string[] | null
      /** Undefined if nothing is to be fetched. */
      readonly client: WebClient | undefined
    }

/** Looks whether the keys are there; a file that is fetched is known by their fingerprints. */
export async function readKeyFile(probe: Probe, keyFile: KeyFile): Promise<KeyFileState> {
  const { path, key } = keyFile
  if (key?.url === undefined) return { kind: 'file', file: await readOwnedFile(probe, owned(keyFile)) }
  const [look, fingerprints] = await Promise.all([lookAtFile(probe, path), probe.ask(fingerprintsOf, path)])
  const client = isWanted(key, fingerprints) ? undefined : await probe.ask(webClient, '')
  return { kind: 'fetched', look, fingerprints, client }
}

/** Throws a CheckFailed if something else is there, or the host has nothing to fetch with. */
export function planKeyFile(keyFile: KeyFile, state: KeyFileState): Plan {
  if (state.kind === 'file') return planOwnedFile(owned(keyFile), state.file)
  const { path, key } = keyFile
  const { look, fingerprints, client } = state
  mayHoldFile(path, willBeThere(look))
  const attributes = look.stat === null ? {} : attributeChanges(ATTRIBUTES, look.stat)
  if (client !== undefined && key?.url !== undefined) {
    const from = fingerprints === null ? 'absent' : fingerprints.join(', ') || 'no keys'
    const to = `${key.fingerprint.join(', ')} from ${hidden(key.url)}`
    return drift(
      { kind: 'fields', changes: { key: [from, to], ...attributes } },
      fetchingSteps(keyFile, key, key.url, client),
    )
  }
  const [first, ...rest]: readonly Command[] =
    look.stat === null ? [] : attributeSteps(path, ATTRIBUTES, look.stat)
  return first ? drift({ kind: 'fields', changes: attributes }, [first, ...rest]) : inSync()
}

/** Everybody may read it: apt does so as a user of its own. */
const ATTRIBUTES = { owner: 'root', group: 'root', mode: '0644' } as const

const isWanted = ({ fingerprint }: SigningKey, found: readonly string[] | null): boolean =>
  found?.join() === fingerprint.join()

const owned = ({ path, key, form }: KeyFile): OwnedFile => ({
  path,
  content: key === undefined ? null : contentOf(key, form),
  mode: ATTRIBUTES.mode,
  folder: 'made',
})

function contentOf({ content = '', fingerprint }: SigningKey, form: KeyFile['form']): Uint8Array | string {
  const keys = parsePublicKeys(Secret.is(content) ? reveal(content) : content)
  if (keys?.fingerprints.join() !== fingerprint.join()) {
    const found = keys?.fingerprints.join(', ') ?? 'no public keys'
    throw new CheckFailed(`the content given for the key ${fingerprint.join(', ')} holds ${found}`)
  }
  return form === 'binary' ? keys.bytes : armored(keys.bytes)
}

/** What came from the web takes the place of the old keys only if it holds the wanted ones and no other. */
function fetchingSteps(
  { path, proxy, form }: KeyFile,
  key: SigningKey,
  url: string,
  client: WebClient,
): Steps {
  const candidate = candidateOf(path)
  const folder = path.slice(0, path.lastIndexOf('/'))
  const wrong = `${path} was not written: ${hidden(url)} does not hold the wanted keys ${key.fingerprint.join(', ')} and no other, but`
  const convert =
    form === 'binary'
      ? run`dearmored "$t"`
      : run`{ isarmored "$t" || { echo ${`${path} was not written: rpm takes only armored keys; give the key as content`} >&2; false; }; } && armor "$t"`
  return [
    run`( umask 022; mkdir -p -- ${folder} )`,
    fetchStep({ path, url, sha256: undefined, headers: {}, proxy: key.proxy ?? proxy, timeout: 120 }, client),
    run`${PUBLIC_KEYS}
t=${candidate} k=${candidate}.key
found=$(dearmored "$t" | fingerprints | sort -u | tr '\\n' ' ')
{ [ "$found" = ${`${key.fingerprint.join(' ')} `} ] || { printf '%s %s\\n' ${wrong} "\${found:-no keys}" >&2; false; }; } &&
rm -f -- "$k" && ( umask 077; set -C; : >"$k" ) && { ${convert}; } >>"$k" && chown root:root -- "$k" && chmod 0644 -- "$k" &&
{ sync -- "$k" 2>/dev/null || sync; } && mv -f -- "$k" ${path} && rm -f -- "$t" || { set -- $?; rm -f -- "$t" "$k"; ( exit "$1" ); }`,
  ]
}
