import { posix } from 'node:path'
import type { Plan, Probe } from '../index.ts'
import { CheckFailed, defineResource, mode, Secret, text, z } from '../index.ts'
import { file } from './file.ts'
import { named, pullPolicy } from './parameters/docker.ts'
import { hostPath } from './parameters/path.ts'
import { combinedPlan, followedBy } from './parts/combined-plan.ts'
import { bringingUp, downPlan, isComposed, mayBeOurs, stopPlan, upPlan } from './parts/compose-plan.ts'
import { compose } from './parts/compose-steps.ts'
import { dotenv } from './parts/dotenv.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { ComposeConfig } from './queries/compose-config.ts'
import { composeConfig } from './queries/compose-config.ts'
import { composeNetworksOf, composeVolumesOf } from './queries/compose-leftovers.ts'
import type { DockerContainer } from './queries/docker-containers.ts'
import { composeContainersOf } from './queries/docker-containers.ts'
import type { DockerImages } from './queries/docker-images.ts'
import { dockerImages } from './queries/docker-images.ts'

const word = z.string().regex(/^[^-\s\0][^\0\n]*$/, { error: 'expected a name' })

const spec = z
  .object({
    project: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*$/, { error: 'expected a name of lower-case letters, digits, "-" and "_"' })
      .describe('its name, which compose puts before the names of its containers'),
    directory: hostPath().describe(
      'its folder on the host, which has to be there: what is relative in its files is so to it',
    ),
    state: z
      .enum(['up', 'stopped', 'down'])
      .default('up')
      .describe('`stopped`: nothing of it runs; `down`: its containers and networks are gone'),
    content: text()
      .optional()
      .describe('what its compose file holds; not given: its files are of somebody else matter'),
    files: z
      .array(word)
      .min(1)
      .default(['compose.yaml'])
      .describe('its compose files, beneath the folder or anywhere; `content` is that of the only one'),
    mode: mode().optional().describe("of the compose file; not given: `'0644'`, or `'0600'` for a Secret's"),
    env: named(/^[A-Za-z_][A-Za-z0-9_]*$/, text(), 'names of letters, digits and "_"')
      .optional()
      .describe(
        'the variables that its files name, as in `$NAME`, secret or not: they are all of the file `.env` of its folder, which only its owner may read',
      ),
    profiles: z.array(word).default([]).describe('which of its profiles are meant'),
    pull: pullPolicy().describe(
      'whether images are pulled when something is brought up: `always`: also those that are there; that a tag means another image by now is no reason to bring it up',
    ),
    wait: z
      .boolean()
      .default(true)
      .describe(
        'whether its services are to be well too, where they have a health test: they are waited for, and restarted if they are unhealthy',
      ),
    timeout: z.int().min(1).default(120).describe('seconds that its services have to become well'),
    removeOrphans: z
      .boolean()
      .default(false)
      .describe('remove containers of this project whose service its files no longer have'),
    volumes: z.boolean().optional().describe('down: its named volumes go too, and what is in them'),
  })
  .superRefine((given, context) => {
    if (given.content !== undefined && given.files.length > 1)
      refuse(context, 'content', 'it is that of one file')
    refuseUnless(
      given.content !== undefined,
      context,
      given,
      ['mode'],
      'only a file with content has one here',
    )
    refuseUnless(given.state === 'down', context, given, ['volumes'], 'only what is taken down loses them')
  })

export type ComposeProjectSpec = z.output<typeof spec>

export interface ComposeProjectState {
  readonly containers: readonly DockerContainer[]
  /** For what is to be up: its files, what they want, and the images that there are. */
  readonly up:
    | {
        readonly file: FileState | undefined
        readonly env: FileState | undefined
        readonly config: ComposeConfig
        readonly images: DockerImages
      }
    | undefined
  /** For what is to be down. */
  readonly networks: readonly string[]
  readonly volumes: readonly string[]
}

/**
 * A project of docker compose: that its services run as its files say, or that they do not. Each service is held against
 * the containers that are there, by the sums that compose itself keeps with them; what differs, is stopped or is gone is
 * brought up. Containers of others are left alone, and so are those of this project's former services unless
 * `removeOrphans` is given. A service that does its work and ends is known by another that waits for it
 * (`service_completed_successfully`).
 *
 * @example
 * ```ts
 * composeProject({
 *   project: 'cache',
 *   directory: '/opt/cache',
 *   content: 'services: { cache: { image: "tool:1.4.0", command: ["${COMMAND}", "1000"], restart: always } }\n',
 *   env: { COMMAND: 'sleep' },
 * })
 * ```
 */
export const composeProject = defineResource<typeof spec, ComposeProjectState>({
  kind: 'composeProject',
  spec,
  id: ({ project }) => `composeProject ${project}`,
  touches: spec => [
    ...(fileOf(spec) ? [fileTouch(pathOf(spec))] : []),
    ...(spec.env ? [fileTouch(envPath(spec))] : []),
  ],
  lasting: () => 'the containers of a project',
  async read(probe, spec) {
    const { project, state, volumes } = spec
    const [containers, up, networks, itsVolumes] = await Promise.all([
      probe.ask(composeContainersOf, project),
      state === 'up' ? lookAtUp(probe, spec) : undefined,
      state === 'down' ? probe.ask(composeNetworksOf, project) : [],
      state === 'down' && volumes ? probe.ask(composeVolumesOf, project) : [],
    ])
    return { containers, up, networks, volumes: itsVolumes }
  },
  plan(spec, { containers: all, ...state }): Plan {
    const containers = all.filter(isComposed)
    const { networks, volumes } = state
    mayBeOurs(spec, containers)
    if (spec.state === 'stopped') return stopPlan(spec.project, containers)
    if (spec.state === 'down')
      return downPlan(spec.project, containers, networks, spec.volumes ? volumes : undefined)
    return wholePlan(spec, state.up, containers)
  },
})

async function lookAtUp(
  probe: Probe,
  spec: ComposeProjectSpec,
): Promise<NonNullable<ComposeProjectState['up']>> {
  const isGiven = spec.content !== undefined
  const composes = { given: compose(spec, isGiven), resolved: compose(spec, true) }
  const [itsFile, env, config, images] = await Promise.all([
    lookAtFile(probe, fileOf(spec)),
    lookAtFile(probe, envOf(spec)),
    composeConfig(probe, composes, spec.content),
    probe.ask(dockerImages, ''),
  ])
  return { file: itsFile, env, config, images }
}

/** Its files are written first; with other variables than before nobody knows what has to be made anew, and compose is asked to see to it. */
function wholePlan(
  spec: ComposeProjectSpec,
  up: ComposeProjectState['up'],
  containers: readonly DockerContainer[],
): Plan {
  if (up === undefined) throw new CheckFailed(`the files of the project ${spec.project} were not looked at`)
  const [itsFile, itsEnv] = [fileOf(spec), envOf(spec)]
  const filePlan = itsFile && up.file ? file.type.plan(itsFile, up.file) : combinedPlan()
  const envPlan = itsEnv && up.env ? file.type.plan(itsEnv, up.env) : combinedPlan()
  if (envPlan.status === 'drift')
    return followedBy(combinedPlan(filePlan, envPlan), bringingUp(spec, containers))
  if ('refused' in up.config) {
    throw new CheckFailed(`compose refuses the files of the project ${spec.project}: ${up.config.refused}`, {
      hint: `Mend ${spec.content === undefined ? spec.files.join(', ') : 'its content'}; variables are given as env.`,
    })
  }
  return combinedPlan(filePlan, upPlan(spec, up.config, containers, up.images))
}

const pathOf = ({ directory, files }: ComposeProjectSpec): string => posix.resolve(directory, files[0] ?? '')
const envPath = ({ directory }: ComposeProjectSpec): string => posix.join(directory, '.env')

function fileOf(spec: ComposeProjectSpec) {
  const { content } = spec
  if (content === undefined) return undefined
  const wanted = spec.mode ?? (Secret.is(content) ? '0600' : '0644')
  return file.type.spec.parse({ path: pathOf(spec), content, mode: wanted })
}

function envOf(spec: ComposeProjectSpec) {
  if (spec.env === undefined) return undefined
  return file.type.spec.parse({ path: envPath(spec), content: dotenv(spec.env), mode: '0600' })
}

const lookAtFile = async (probe: Probe, wanted: ReturnType<typeof fileOf>): Promise<FileState | undefined> =>
  wanted === undefined ? undefined : file.type.read(probe, wanted)
