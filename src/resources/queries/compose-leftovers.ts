import type { Query, Reply } from '../../index.ts'
import { read } from '../../index.ts'
import { mustHaveAnswered } from './docker-answer.ts'
import { wordsQuery } from './words.ts'

const PROJECT = 'com.docker.compose.project'
const FORMAT = `{{.Label "${PROJECT}"}}\t{{.Name}}`

/** The networks that compose made for a project. One process for any number of projects. */
export const composeNetworksOf: Query<string, readonly string[]> = wordsQuery<readonly string[]>({
  name: 'networks of compose projects',
  command: () => read`docker network ls --filter ${`label=${PROJECT}`} --format ${FORMAT}`,
  parse: (reply, projects) => ofProjects(reply, projects),
})

/** The volumes that compose made for a project. One process for any number of projects. */
export const composeVolumesOf: Query<string, readonly string[]> = wordsQuery<readonly string[]>({
  name: 'volumes of compose projects',
  command: () => read`docker volume ls --filter ${`label=${PROJECT}`} --format ${FORMAT}`,
  parse: (reply, projects) => ofProjects(reply, projects),
})

function ofProjects(reply: Reply, projects: readonly string[]): readonly (readonly string[])[] {
  mustHaveAnswered(reply)
  const lines = reply.stdout.split('\n').map(line => line.split('\t'))
  return projects.map(project => lines.filter(([label]) => label === project).map(([, name = '']) => name))
}
