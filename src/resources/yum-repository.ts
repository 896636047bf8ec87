import type { Plan, Text } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, Secret } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { proxyOf } from './parameters/proxy.ts'
import { combinedPlan, followedBy } from './parts/combined-plan.ts'
import { dnfMakecache } from './parts/dnf.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import type { KeyFile, KeyFileState } from './parts/key-file.ts'
import { planKeyFile, readKeyFile } from './parts/key-file.ts'
import type { YumRepositorySpec } from './parts/yum-repository-spec.ts'
import { yumRepositorySpec } from './parts/yum-repository-spec.ts'
import { rpmKeys } from './queries/public-keys.ts'

export type { YumRepositorySpec }

/** Its files, and the keys that rpm trusts. */
export interface YumRepositoryState {
  readonly repo: FileState
  readonly key: KeyFileState
  /** Fingerprints; null: the host has no rpm. */
  readonly trusted: readonly string[] | null
}

/**
 * A repository that dnf takes packages from: its file, the key that its packages are signed with, and the proxy to it. Its
 * metadata are fetched before its file takes its place, so that one which cannot be reached breaks nothing, and the
 * packages after it find it there.
 *
 * @example
 * ```ts
 * yumRepository({
 *   id: 'tools',
 *   baseurl: 'https://yum.example.com/el/$releasever/$basearch',
 *   key: { url: 'https://yum.example.com/tools.asc', fingerprint: '0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567' },
 * })
 * ```
 */
export const yumRepository = defineResource<typeof yumRepositorySpec, YumRepositoryState>({
  kind: 'yumRepository',
  spec: yumRepositorySpec,
  id: ({ id }) => `yumRepository ${id}`,
  touches: spec => [fileTouch(repoFile(spec).path), fileTouch(keyFile(spec).path)],
  async read(probe, spec) {
    const [repo, key, trusted] = await Promise.all([
      readOwnedFile(probe, repoFile(spec)),
      readKeyFile(probe, keyFile(spec)),
      probe.ask(rpmKeys, ''),
    ])
    return { repo, key, trusted }
  },
  plan(spec, { repo, key, trusted }) {
    if (trusted === null) {
      throw new CheckFailed('this host has no rpm', { hint: 'aptRepository({…}) is for hosts with apt.' })
    }
    const repoPlan = planOwnedFile(repoFile(spec), repo)
    const keyPlan = planKeyFile(keyFile(spec), key)
    if (spec.state === 'absent') return combinedPlan(repoPlan, keyPlan)
    const trustPlan = trust(spec, trusted)
    const isNewWay = keyPlan.status === 'drift' && repoPlan.status === 'in-sync' && isFetched(spec)
    const before = isNewWay
      ? followedBy(keyPlan, dnfMakecache(repoFile(spec).path, spec.id, spec.lockTimeout))
      : keyPlan
    return combinedPlan(before, trustPlan, repoPlan)
  },
})

/** rpm's own keys, by which it accepts packages of any repository. */
function trust(spec: YumRepositorySpec, trusted: readonly string[]): Plan {
  const missing = spec.key?.fingerprint.filter(wanted => !trusted.includes(wanted)) ?? []
  if (missing.length === 0) return inSync()
  return drift({ kind: 'fields', changes: { 'keys of rpm': ['absent', missing.join(', ')] } }, [
    run`rpm --import ${keyFile(spec).path}`,
  ])
}

const isFetched = ({ update, enabled, state }: YumRepositorySpec): boolean =>
  update && enabled && state === 'present'

function repoFile(spec: YumRepositorySpec): OwnedFile {
  const { id, state, proxy, lockTimeout } = spec
  const content = (): string => repoText(spec, proxy && proxyValue(id, proxy))
  // With a password in it only root may read it.
  const isSecret = proxy !== undefined && (Secret.is(proxy) || proxy.includes('@'))
  return {
    path: `/etc/yum.repos.d/${id}.repo`,
    content: state === 'absent' ? null : isSecret ? new Secret(content) : content(),
    mode: isSecret ? '0600' : '0644',
    folder: 'made',
    ...(isFetched(spec) ? { validate: (candidate: string) => dnfMakecache(candidate, id, lockTimeout) } : {}),
  }
}

/** dnf.conf(5): `_none_` is none at all. A `$` would begin one of dnf's own variables. */
const proxyValue = (id: string, proxy: Text): string =>
  proxy === 'DIRECT' ? '_none_' : proxyOf(`yumRepository ${id}`, proxy).replaceAll('$', '%24')

function repoText(spec: YumRepositorySpec, proxy: string | undefined): string {
  const { id, name, baseurl, enabled, key, repoGpgcheck, options } = spec
  const flag = (value: boolean): string => (value ? '1' : '0')
  const fields: readonly (readonly [name: string, value: string | undefined])[] = [
    ['name', name ?? id],
    ['baseurl', baseurl?.join('\n        ')],
    ['enabled', flag(enabled)],
    ['gpgcheck', flag(key !== undefined)],
    ['repo_gpgcheck', repoGpgcheck === undefined ? undefined : flag(repoGpgcheck)],
    ['gpgkey', key && `file://${keyFile(spec).path}`],
    ['proxy', proxy],
    ...Object.entries(options).map(
      ([name, value]) => [name, typeof value === 'boolean' ? flag(value) : String(value)] as const,
    ),
  ]
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}\n`))
  return `[${id}]\n${lines.join('')}`
}

const keyFile = ({ id, key, proxy }: YumRepositorySpec): KeyFile => ({
  path: `/etc/pki/rpm-gpg/RPM-GPG-KEY-${id}`,
  key,
  proxy: proxy === 'DIRECT' ? undefined : proxy,
  form: 'armored',
})
