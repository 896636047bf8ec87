import type { Plan } from '../index.ts'
import { CheckFailed, defineResource } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { aptUpdate } from './parts/apt.ts'
import { aptProxyFiles } from './parts/apt-proxy.ts'
import type { AptRepositorySpec } from './parts/apt-repository-spec.ts'
import { aptRepositorySpec } from './parts/apt-repository-spec.ts'
import { combinedPlan, followedBy } from './parts/combined-plan.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import type { KeyFile, KeyFileState } from './parts/key-file.ts'
import { planKeyFile, readKeyFile } from './parts/key-file.ts'
import type { AptSource } from './queries/apt-sources.ts'
import { aptSources } from './queries/apt-sources.ts'

export type { AptRepositorySpec }

/** Each file of it, and who else lists repositories. */
export interface AptRepositoryState {
  readonly source: FileState
  readonly key: KeyFileState
  readonly proxy: readonly [config: FileState, login: FileState]
  readonly replaced: readonly FileState[]
  /** Null: the host has no apt. */
  readonly sources: readonly AptSource[] | null
}

/**
 * A repository that apt takes packages from: its source (deb822-style, sources.list(5)), the key that it is signed with,
 * good for it alone, and the proxy to it. Its lists are fetched before its source takes its place, so that one which
 * cannot be reached or is wrongly signed breaks nothing, and the packages after it find it there.
 *
 * @example
 * ```ts
 * aptRepository({
 *   name: 'tools',
 *   uris: 'https://apt.example.com/debian',
 *   suites: 'stable',
 *   components: 'main',
 *   key: { url: 'https://apt.example.com/tools.asc', fingerprint: '0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567' },
 * })
 * ```
 */
export const aptRepository = defineResource<typeof aptRepositorySpec, AptRepositoryState>({
  kind: 'aptRepository',
  spec: aptRepositorySpec,
  id: ({ name }) => `aptRepository ${name}`,
  touches: spec =>
    [sourceFile(spec), keyFile(spec), ...aptProxyFiles({ ...spec, proxy: undefined })].map(({ path }) =>
      fileTouch(path),
    ),
  async read(probe, spec) {
    const [config, login] = aptProxyFiles(spec)
    const [source, key, configState, loginState, sources, ...replaced] = await Promise.all([
      readOwnedFile(probe, sourceFile(spec)),
      readKeyFile(probe, keyFile(spec)),
      readOwnedFile(probe, config),
      readOwnedFile(probe, login),
      probe.ask(aptSources, ''),
      ...replacedFiles(spec).map(file => readOwnedFile(probe, file)),
    ])
    return { source, key, proxy: [configState, loginState], replaced, sources }
  },
  plan(spec, state) {
    mayBeAdded(spec, state.sources)
    const [config, login] = aptProxyFiles(spec)
    const before = [
      planKeyFile(keyFile(spec), state.key),
      planOwnedFile(login, state.proxy[1]),
      planOwnedFile(config, state.proxy[0]),
    ]
    const source = planOwnedFile(sourceFile(spec), state.source)
    const after = replacedFiles(spec).map((file, i) => planOwnedFile(file, state.replaced[i] as FileState))
    // What goes, goes the other way round: at no time is there a source without its key.
    if (spec.state === 'absent') return combinedPlan(source, ...after, ...before)
    return combinedPlan(fetchedAnew(spec, combinedPlan(...before), source), source, ...after)
  },
})

/** With another key or another way to it, its lists are fetched too; with another source, they are fetched for that. */
const fetchedAnew = (spec: AptRepositorySpec, before: Plan, source: Plan): Plan =>
  spec.update && spec.enabled && source.status === 'in-sync'
    ? followedBy(before, aptUpdate(sourceFile(spec).path, spec.lockTimeout))
    : before

function sourceFile(spec: AptRepositorySpec): OwnedFile {
  const { name, state, update, enabled, lockTimeout } = spec
  return {
    path: `/etc/apt/sources.list.d/${name}.sources`,
    content: state === 'absent' ? null : sourceText(spec),
    ...(update && enabled && state === 'present'
      ? { validate: (candidate: string) => aptUpdate(candidate, lockTimeout) }
      : {}),
  }
}

function sourceText(spec: AptRepositorySpec): string {
  const { types, uris, suites, components, architectures, unsafe, enabled, keyring, key } = spec
  const fields: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Enabled', enabled ? undefined : 'no'],
    ['Types', types.join(' ')],
    ['URIs', uris?.join(' ')],
    ['Suites', suites?.join(' ')],
    ['Components', components?.join(' ')],
    ['Architectures', architectures?.join(' ')],
    ['Signed-By', keyring ?? (key && keyFile(spec).path)],
    ['Trusted', unsafe ? 'yes' : undefined],
  ]
  return fields.flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}\n`)).join('')
}

const keyFile = ({ name, key, proxy }: AptRepositorySpec): KeyFile => ({
  path: `/etc/apt/keyrings/${name}.gpg`,
  key,
  proxy: proxy === 'DIRECT' ? undefined : proxy,
  form: 'binary',
})

const replacedFiles = ({ replaces }: AptRepositorySpec): readonly OwnedFile[] =>
  replaces.map(path => ({ path, content: null }))

/** Throws a CheckFailed where apt would find the repository twice, or lose another one with a file that goes. */
function mayBeAdded(spec: AptRepositorySpec, sources: readonly AptSource[] | null): void {
  if (sources === null) {
    throw new CheckFailed('this host has no apt', { hint: 'yumRepository({…}) is for hosts with dnf.' })
  }
  const { uris = [], suites = [], replaces, state } = spec
  const wanted = uris.map(uri => uri.replace(/\/+$/, ''))
  const isIts = (source: AptSource): boolean => source.uris.some(uri => wanted.includes(uri))
  const others = sources.filter(({ file }) => file !== sourceFile(spec).path)
  const lost = others.find(source => state === 'present' && replaces.includes(source.file) && !isIts(source))
  if (lost) {
    throw new CheckFailed(
      `${lost.file} lists other repositories too: ${lost.uris.map(withoutLogin).join(', ')}`,
      {
        hint: `Take ${wanted.join(', ')} out of it by hand, or with replace({ path: '${lost.file}', … }).`,
      },
    )
  }
  const twice = others.find(
    source =>
      source.isEnabled &&
      !replaces.includes(source.file) &&
      isIts(source) &&
      source.suites.some(suite => suites.includes(suite)),
  )
  if (twice && spec.enabled) {
    throw new CheckFailed(`${twice.file} lists ${spec.uris?.join(', ')} already`, {
      hint: `replaces: ['${twice.file}'] lets it go.`,
    })
  }
}

const withoutLogin = (uri: string): string => uri.replace(/\/\/[^/@]*@/, '//')
