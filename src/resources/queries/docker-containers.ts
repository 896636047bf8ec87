import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { jsonLines } from './docker-answer.ts'
import { chunks, wordsQuery } from './words.ts'

/** What the engine says of a container. */
export interface DockerContainer {
  /** Without the slash that the engine puts before it. */
  readonly name: string
  readonly id: string
  /** The id of its image. */
  readonly image: string
  readonly labels: Readonly<Record<string, string>>
  /** `created`, `running`, `paused`, `restarting`, `exited`, `dead` … */
  readonly status: string
  /** Of the last time that it ended. */
  readonly code: number
  /** `starting`, `healthy` or `unhealthy`; null if nothing tests it. */
  readonly health: string | null
  /** `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:3`. */
  readonly restart: string
  readonly networks: readonly string[]
}

const FORMAT = `{"name":{{json .Name}},"id":{{json .ID}},"image":{{json .Image}},"labels":{{json .Config.Labels}},\
"status":{{json .State.Status}},"code":{{.State.ExitCode}},\
"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}},\
"restart":{{json .HostConfig.RestartPolicy}},"networks":{{json .NetworkSettings.Networks}}}`

/** One `docker container inspect` for any number of containers, by their names; null where there is none. */
export const dockerContainerOf: Query<string, DockerContainer | null> = wordsQuery<DockerContainer | null>({
  name: 'docker containers',
  command: names =>
    read`${chunks(names).map(chunk => read`docker container inspect --format ${FORMAT} -- ${chunk} || [ $? -ne 127 ] || exit 127\n`)}`,
  parse(reply, names) {
    const found = new Map(containersFrom(jsonLines(reply)).map(container => [container.name, container]))
    return names.map(name => found.get(name) ?? null)
  },
})

/** All containers of compose projects, by the name of the project. Two processes for any number of projects. */
export const composeContainersOf: Query<string, readonly DockerContainer[]> = wordsQuery<
  readonly DockerContainer[]
>({
  name: 'containers of compose projects',
  command:
    () => read`ids=$(docker container ls --all --quiet --no-trunc --filter ${`label=${PROJECT}`}) || exit
[ -z "$ids" ] || docker container inspect --format ${FORMAT} -- $ids`,
  parse(reply, projects) {
    const all = containersFrom(jsonLines(reply))
    return projects.map(project => all.filter(({ labels }) => labels[PROJECT] === project))
  },
})

const PROJECT = 'com.docker.compose.project'

type Found = Omit<DockerContainer, 'labels' | 'restart' | 'networks'> & {
  readonly labels: Readonly<Record<string, string>> | null
  readonly restart: { readonly Name: string; readonly MaximumRetryCount: number }
  readonly networks: Readonly<Record<string, unknown>> | null
}

function containersFrom(lines: readonly unknown[]): readonly DockerContainer[] {
  return (lines as readonly Found[]).map(({ name, labels, restart, networks, ...rest }) => ({
    ...rest,
    name: name.replace(/^\//, ''),
    labels: labels ?? {},
    restart: `${restart.Name || 'no'}${restart.MaximumRetryCount > 0 ? `:${restart.MaximumRetryCount}` : ''}`,
    networks: Object.keys(networks ?? {}),
  }))
}
