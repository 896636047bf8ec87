import { posix } from 'node:path'
import type { Command } from '../../index.ts'
import { read, run } from '../../index.ts'

/** A project as `docker compose` is told of it. */
export interface ComposeProject {
  readonly project: string
  readonly directory: string
  /** Beneath the directory, or anywhere. */
  readonly files: readonly string[]
  readonly profiles: readonly string[]
}

/** The beginning of each command about a project with its files; `stdin` instead of those. */
export function compose(
  { project, directory, files, profiles }: ComposeProject,
  stdin = false,
): Command<'read'> {
  const flags = [
    ...['--ansi', 'never', '-p', project, '--project-directory', directory],
    ...(stdin ? ['-f', '-'] : files.flatMap(file => ['-f', posix.resolve(directory, file)])),
    ...profiles.flatMap(profile => ['--profile', profile]),
  ]
  return read`docker compose ${flags}`
}

export interface ComposeUp extends ComposeProject {
  readonly pull: string
  readonly wait: boolean
  /** Seconds to become well. */
  readonly timeout: number
  readonly removeOrphans: boolean
}

/** Seconds that pulling and building may take besides. */
const PULLING = 3600

/**
 * Brings a project up: makes what is missing, makes anew what is otherwise, starts what is stopped. Services that are
 * unhealthy are restarted first, as `up` would leave them as they are. If it fails, what each service is like and the
 * last lines of their output are told.
 */
export function upStep(project: ComposeUp, paused: readonly string[], unhealthy: readonly string[]): Command {
  const { pull, wait, timeout, removeOrphans } = project
  const command = compose(project)
  const flags = [
    ...['--detach', '--quiet-pull', '--pull', pull],
    ...(wait ? ['--wait', '--wait-timeout', timeout] : []),
    ...(removeOrphans ? ['--remove-orphans'] : []),
  ]
  const first = [
    ...(paused.length > 0 ? [read`docker container unpause ${paused} >/dev/null &&\n`] : []),
    ...(unhealthy.length > 0 ? [read`${command} restart ${unhealthy} &&\n`] : []),
  ]
  return run({ timeout: timeout + PULLING, unit: true })`project=${project.project}
cd -- ${project.directory} && ${first}${command} up ${flags} || {
${command} ps --all --format ${'table {{.Service}}\t{{.Status}}'} >&2
${command} logs --no-color --tail 20 2>&1 | sed ${'s/\u001b\\[2K//g'} >&2
exit 1
}`
}

/** Stops or takes down a project by what compose noted with its containers: its files may be gone. */
export function downStep(verb: 'stop' | 'down', project: string, volumes = false): Command {
  const flags = verb === 'down' ? ['--remove-orphans', ...(volumes ? ['--volumes'] : [])] : []
  return run({
    timeout: 1200,
    unit: true,
  })`cd / && docker compose --ansi never -p ${project} ${verb} ${flags}`
}
