import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { dockerName, pullPolicy } from './parameters/docker.ts'
import { madeOf } from './parameters/docker-container.ts'
import type { Changes } from './parts/attributes.ts'
import type { Difference } from './parts/differences.ts'
import { planOf } from './parts/differences.ts'
import { creationWords, MADE_OF, madeOfText, secretEnv } from './parts/docker-arguments.ts'
import { making, starting } from './parts/docker-steps.ts'
import { refuse } from './parts/refusals.ts'
import type { DockerContainer } from './queries/docker-containers.ts'
import { dockerContainerOf } from './queries/docker-containers.ts'
import { dockerImages } from './queries/docker-images.ts'

const spec = z
  .object({
    name: dockerName().describe('its name'),
    state: z
      .enum(['running', 'stopped', 'absent'])
      .default('running')
      .describe('`stopped`: it is there and does not run; `absent`: it is not there, its volumes are kept'),
    ...madeOf,
    image: madeOf.image.optional(),
    pull: pullPolicy().describe(
      'whether the image is pulled when a container is made: `always`: also one that is there; that a tag means another image by now is no reason to make one',
    ),
    wait: z
      .boolean()
      .default(true)
      .describe(
        'whether it is to be well too, if it has a health test: it is waited for, and one that is unhealthy is restarted',
      ),
    timeout: z.int().min(1).default(60).describe('seconds that it has to become well'),
    force: z
      .boolean()
      .default(false)
      .describe('take the place of a container of this name that somebody else made'),
  })
  .superRefine((given, context) => {
    if (given.state !== 'absent' && given.image === undefined) refuse(context, 'image', 'expected its image')
  })

export type DockerContainerSpec = z.output<typeof spec>

export interface DockerContainerState {
  readonly container: DockerContainer | null
  /** The id of the image that its name means on the host now; null if it has none. */
  readonly image: string | null
}

/**
 * A container of the Docker engine. What it was made of is noted in a label, as sums; if a parameter, or the image that
 * the name means on the host, is another by then, a new container takes its place. If that cannot be made or does not
 * run, the one that was there is back.
 *
 * @example
 * ```ts
 * dockerContainer({
 *   name: 'cache',
 *   image: 'tool:1.4.0',
 *   ports: ['127.0.0.1:11211:11211'],
 *   restart: 'unless-stopped',
 * })
 * ```
 */
export const dockerContainer = defineResource<typeof spec, DockerContainerState>({
  kind: 'dockerContainer',
  spec,
  id: ({ name }) => `dockerContainer ${name}`,
  async read(probe, { name, image }) {
    const [container, idOf] = await Promise.all([
      probe.ask(dockerContainerOf, name),
      image === undefined ? undefined : probe.ask(dockerImages, ''),
    ])
    return { container, image: idOf?.(image ?? '') ?? null }
  },
  plan(spec, { container, image }): Plan {
    if (spec.state === 'absent') return removal(container)
    if (container === null) return creation(spec, null, { container: ['absent', spec.state] })
    const changes = changesOf(spec, container, image)
    return Object.keys(changes).length > 0
      ? creation(spec, container, changes)
      : planOf([...differences(spec, container)])
  },
})

function removal(container: DockerContainer | null): Plan {
  if (container === null) return inSync()
  const { name, status } = container
  const steps = [
    run`docker container stop ${name} >/dev/null`,
    run`docker container rm -f ${name} >/dev/null`,
  ] as const
  return drift({ kind: 'fields', changes: { container: [status, 'absent'] } }, steps)
}

function creation(spec: DockerContainerSpec, found: DockerContainer | null, changes: Changes): Plan {
  const { name, state, image = '', networks = [], pull, wait, timeout } = spec
  const made = { ...spec, image }
  const step = making({
    ...{ name, networks: networks.slice(1), pull, wait, timeout },
    words: creationWords(made, labelOf(spec)),
    stdin: secretEnv(made),
    there: found === null ? 'nothing' : isUp(found) ? 'running' : 'stopped',
    start: state === 'running',
  })
  return drift({ kind: 'fields', changes }, [step])
}

const labelOf = (spec: DockerContainerSpec): string =>
  madeOfText({ ...spec, image: spec.image ?? '' }, Object.keys(madeOf))

/** What of a container cannot be changed but by another one. */
function changesOf(spec: DockerContainerSpec, found: DockerContainer, image: string | null): Changes {
  const label = found.labels[MADE_OF]
  if (label === undefined) {
    if (spec.force) return { container: ['made by somebody else', 'as wanted'] }
    throw new CheckFailed(`somebody else made a container ${found.name} on this host`, {
      hint: 'Use another name, or force: true, which puts the wanted one in its place.',
    })
  }
  const changes: Changes = {}
  const [is, wanted] = [sums(label), sums(labelOf(spec))]
  for (const name of [...new Set([...is.keys(), ...wanted.keys()])].sort()) {
    if (is.get(name) === wanted.get(name)) continue
    changes[name] = [is.has(name) ? 'otherwise' : 'not given', wanted.has(name) ? 'as wanted' : 'not given']
  }
  if (image !== null && image !== found.image && !('image' in changes)) {
    changes['image'] = [short(found.image), short(image)]
  }
  return changes
}

const sums = (label: string): ReadonlyMap<string, string> =>
  new Map(label.split(' ').map(word => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']))

const short = (id: string): string => id.slice(0, 'sha256:'.length + 12)

const isUp = ({ status }: DockerContainer): boolean => ['running', 'restarting', 'paused'].includes(status)

/** What can be mended in the container that is there. */
function differences(spec: DockerContainerSpec, found: DockerContainer): readonly Difference[] {
  const { name, restart = 'no', networks = [] } = spec
  const lost = networks.filter(network => !found.networks.includes(network))
  return [
    ...(restart === found.restart
      ? []
      : [
          {
            name: 'restart',
            from: found.restart,
            to: restart,
            steps: [run`docker container update --restart ${restart} ${name} >/dev/null`],
          },
        ]),
    ...lost.map(network => ({
      ...{ name: `network ${network}`, from: 'not connected', to: 'connected' },
      steps: [run`docker network connect ${network} ${name}`],
    })),
    ...running(spec, found),
  ]
}

function running(spec: DockerContainerSpec, found: DockerContainer): readonly Difference[] {
  const { name, state, wait } = spec
  const { status, health, code } = found
  if (state === 'stopped') {
    if (!isUp(found)) return []
    return [
      { name: 'state', from: status, to: 'stopped', steps: [run`docker container stop ${name} >/dev/null`] },
    ]
  }
  if (status === 'running') {
    if (!wait || health === null || health === 'healthy') return []
    const verb = health === 'starting' ? 'start' : 'restart'
    return [{ name: 'health', from: health, to: 'healthy', steps: [starting(verb, spec)] }]
  }
  const from = status === 'exited' ? `exited with ${code}` : status
  return [
    {
      name: 'state',
      from,
      to: 'running',
      steps: [starting(status === 'paused' ? 'unpause' : 'start', spec)],
    },
  ]
}
