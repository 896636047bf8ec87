import type { Plan, Steps } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { headers, webAddress } from './parameters/header.ts'
import { hostPath } from './parameters/path.ts'
import { proxyAddress } from './parameters/proxy.ts'
import { attributeChanges, attributeSteps, attributes } from './parts/attributes.ts'
import { fetchStep, hidden } from './parts/fetching.ts'
import type { FileLook } from './parts/file-look.ts'
import { lookAtFile, mayBeReplaced, mayHoldFile } from './parts/file-look.ts'
import { attributesPlan, cleared, fileTouch } from './parts/file-writing.ts'
import { refuse } from './parts/refusals.ts'
import { candidateOf } from './parts/validation.ts'
import { sha256Of } from './queries/sha256.ts'
import type { WebClient } from './queries/web-client.ts'
import { webClient } from './queries/web-client.ts'

const spec = z
  .object({
    path: hostPath().describe('where it is on the host'),
    url: webAddress().describe(
      'where it comes from, fetched by the host itself; what is secret goes into `headers`',
    ),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, { error: 'expected 64 hexadecimal digits, as sha256sum prints them' })
      .toLowerCase()
      .optional()
      .describe('what the file must be; fetched again only if the one there is not'),
    unsafe: z
      .boolean()
      .default(false)
      .describe('instead of `sha256`: take whatever comes, once; a file that is there is left as it is'),
    ...attributes,
    mode: attributes.mode.describe(
      "octal, with its leading zero; not given: `'0644'` for a new file, else as it is",
    ),
    headers: headers()
      .default({})
      .describe(
        'fields of the request, such as an Authorization that is a Secret; with them no redirection is followed',
      ),
    proxy: proxyAddress()
      .optional()
      .describe("the proxy to go through; not given: the one of the host's environment, if it has one"),
    timeout: z.number().positive().default(600).describe('seconds until it is given up'),
    force: z
      .boolean()
      .default(false)
      .describe('replace also what is no regular file; a directory only if it is empty'),
  })
  .superRefine(({ sha256, unsafe }, context) => {
    if (sha256 === undefined && !unsafe) {
      refuse(context, 'sha256', 'expected the sum of the file, or unsafe: true to take whatever comes')
    }
    if (sha256 !== undefined && unsafe) refuse(context, 'unsafe', 'give either sha256 or unsafe')
  })
  .refine(({ url }) => !/^https?:\/\/[^/]*@/.test(url), {
    path: ['url'],
    error: 'a password in an address is seen by every user of the host: give an Authorization header',
  })

export type DownloadSpec = z.output<typeof spec>

/** What of a file is found that is to be fetched. */
export interface DownloadState {
  readonly look: FileLook
  /** Of what is there; null if that is no regular file. */
  readonly sha256: string | null
  /** What the host can fetch with; undefined if nothing is to be fetched. */
  readonly client: WebClient | undefined
}

/**
 * A file from the web, which the host fetches itself. It takes its place only after its sum was found right, with
 * owner and mode.
 *
 * @example
 * ```ts
 * download({
 *   path: '/usr/local/bin/tool',
 *   url: 'http://downloads.example.com/tool-1.4.0',
 *   sha256: '8d4a79f488016ee3d7ff07a8603e0b6a1f3084347ba22e9f1484b90c2e082a19',
 *   mode: '0755',
 * })
 * ```
 */
export const download = defineResource<typeof spec, DownloadState>({
  kind: 'download',
  spec,
  id: ({ path }) => `download ${path}`,
  touches: ({ path }) => [fileTouch(path)],
  async read(probe, spec) {
    const [look, sha256] = await Promise.all([
      lookAtFile(probe, spec.path),
      spec.sha256 === undefined ? null : probe.ask(sha256Of, spec.path),
    ])
    const client = isThere(spec, look, sha256) ? undefined : await probe.ask(webClient, '')
    return { look, sha256, client }
  },
  plan(spec, { look, sha256, client }): Plan {
    const { path, force } = spec
    mayHoldFile(path, look, force)
    if (client === undefined) return attributesPlan(path, spec, look) ?? inSync()
    if (look.stat?.type === 'file' && sha256 === null) {
      throw new CheckFailed(`${path} may not be read by this user`, {
        hint: 'Set become: true on the task, the play or the host.',
      })
    }
    return drift(
      { kind: 'fields', changes: { content: [told(look, sha256), wanted(spec)], ...changesOf(spec, look) } },
      fetchingSteps(spec, look, client),
    )
  },
})

const isThere = ({ sha256 }: DownloadSpec, { stat }: FileLook, found: string | null): boolean =>
  stat?.type === 'file' && (sha256 === undefined || sha256 === found)

function fetchingSteps(spec: DownloadSpec, look: FileLook, client: WebClient): Steps {
  mayBeReplaced(spec.path, look)
  const { path } = spec
  const candidate = candidateOf(path)
  const replaced = look.stat?.type === 'file' ? look.stat : undefined
  const { owner = replaced?.uid, group = replaced?.gid, mode = replaced?.mode ?? '0644' } = spec
  return [
    fetchStep({ ...spec, sha256: spec.sha256, proxy: spec.proxy }, client),
    ...attributeSteps(candidate, { owner, group, mode }),
    ...cleared(path, look),
    run`[ ! -d ${path} ] && { sync -- ${candidate} 2>/dev/null || sync; } && mv -f -- ${candidate} ${path} &&
{ [ ! -e /sys/fs/selinux/enforce ] || restorecon -- ${path}; }`,
  ]
}

const changesOf = (spec: DownloadSpec, { stat }: FileLook) =>
  stat?.type === 'file' ? attributeChanges(spec, stat) : {}

const told = ({ stat }: FileLook, sha256: string | null): string => {
  if (sha256 === null) return stat?.type ?? 'absent'
  return `${stat?.size ?? 0} bytes, sha256 ${sha256.slice(0, 12)}`
}

const wanted = ({ url, sha256 }: DownloadSpec): string =>
  `${hidden(url)}${sha256 === undefined ? ', unchecked' : `, sha256 ${sha256.slice(0, 12)}`}`
