import type { Plan } from '../../index.ts'
import { CheckFailed, drift, inSync } from '../../index.ts'
import type { ComposeService } from '../queries/compose-config.ts'
import type { DockerContainer } from '../queries/docker-containers.ts'
import type { DockerImages } from '../queries/docker-images.ts'
import type { Changes } from './attributes.ts'
import type { ComposeProject, ComposeUp } from './compose-steps.ts'
import { downStep, upStep } from './compose-steps.ts'

const LABEL = 'com.docker.compose'
const serviceOf = ({ labels }: DockerContainer): string => labels[`${LABEL}.service`] ?? ''
/** Compose made it: it takes no other for its own. */
export const isComposed = ({ labels }: DockerContainer): boolean => `${LABEL}.config-hash` in labels
/** `docker compose run` made it, not `up`. */
const isOneOff = ({ labels }: DockerContainer): boolean => labels[`${LABEL}.oneoff`] !== 'False'
const isUp = ({ status }: DockerContainer): boolean => ['running', 'restarting', 'paused'].includes(status)

/** Throws a CheckFailed if another folder's project has this name: its containers would be taken for ours. */
export function mayBeOurs(
  { project, directory }: Pick<ComposeProject, 'project' | 'directory'>,
  containers: readonly DockerContainer[],
): void {
  const other = containers
    .map(({ labels }) => labels[`${LABEL}.project.working_dir`])
    .find(folder => folder !== undefined && folder !== directory)
  if (other === undefined) return
  throw new CheckFailed(`there is a project ${project} of ${other} on this host`, {
    hint: `Give another project name, or take that one down by hand: docker compose -p ${project} down.`,
  })
}

/** Holds each service against its containers. */
export function upPlan(
  project: ComposeUp,
  services: readonly ComposeService[],
  all: readonly DockerContainer[],
  images: DockerImages,
): Plan {
  const containers = all.filter(container => !isOneOff(container))
  const changes: Changes = {}
  for (const service of services) {
    const its = containers.filter(container => serviceOf(container) === service.name)
    const change = serviceChange(service, its, images, project.wait)
    if (change !== undefined) changes[service.name] = change
  }
  if (project.removeOrphans) {
    const names = services.map(({ name }) => name)
    for (const orphan of containers.filter(container => !names.includes(serviceOf(container)))) {
      changes[orphan.name] = ['of no service', 'absent']
    }
  }
  if (Object.keys(changes).length === 0) return inSync()
  return drift({ kind: 'fields', changes }, [bringingUp(project, containers)])
}

/** The step for it, with what is to be done first about the containers that are there. */
export function bringingUp(project: ComposeUp, containers: readonly DockerContainer[]) {
  const ill = project.wait
    ? containers.filter(({ status, health }) => status === 'running' && health === 'unhealthy')
    : []
  return upStep(
    project,
    containers.filter(({ status }) => status === 'paused').map(({ name }) => name),
    [...new Set(ill.map(serviceOf))],
  )
}

function serviceChange(
  { hash, image, scale, completes }: ComposeService,
  containers: readonly DockerContainer[],
  images: DockerImages,
  wait: boolean,
): readonly [string, string] | undefined {
  const wanted = completes ? 'done' : scale === 1 ? 'running' : `${scale} running`
  if (containers.length === 0) return scale === 0 ? undefined : ['absent', wanted]
  if (containers.length !== scale) return [`${containers.length} containers`, wanted]
  if (containers.some(({ labels }) => labels[`${LABEL}.config-hash`] !== hash)) {
    return ['otherwise', 'as the compose file says']
  }
  const id = image === undefined ? null : images(image)
  if (id !== null && containers.some(container => container.image !== id)) {
    return ['of another image', `of ${image}`]
  }
  const is = containers.map(container => complaint(container, completes, wait)).find(Boolean)
  return is === undefined
    ? undefined
    : [is, wait && wanted === 'running' && isHealth(is) ? 'healthy' : wanted]
}

function complaint(
  { status, code, health }: DockerContainer,
  completes: boolean,
  wait: boolean,
): string | undefined {
  if (status === 'exited') return completes && code === 0 ? undefined : `exited with ${code}`
  if (status !== 'running') return status
  return wait && health !== null && health !== 'healthy' ? health : undefined
}

const isHealth = (is: string): boolean => is === 'unhealthy' || is === 'starting'

/** All that is there is to be stopped. */
export function stopPlan(project: string, containers: readonly DockerContainer[]): Plan {
  const up = containers.filter(container => isUp(container) && !isOneOff(container))
  if (up.length === 0) return inSync()
  const changes = Object.fromEntries(up.map(({ name, status }) => [name, [status, 'stopped'] as const]))
  return drift({ kind: 'fields', changes }, [downStep('stop', project)])
}

/** All that compose made is to be gone. */
export function downPlan(
  project: string,
  containers: readonly DockerContainer[],
  networks: readonly string[],
  volumes: readonly string[] | undefined,
): Plan {
  const changes = Object.fromEntries([
    ...containers.map(({ name, status }) => [name, [status, 'absent'] as const]),
    ...networks.map(name => [`network ${name}`, ['present', 'absent'] as const]),
    ...(volumes ?? []).map(name => [`volume ${name}`, ['present', 'absent'] as const]),
  ])
  if (Object.keys(changes).length === 0) return inSync()
  return drift({ kind: 'fields', changes }, [downStep('down', project, volumes !== undefined)])
}
