import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { jsonLines } from './docker-answer.ts'
import { chunks, wordsQuery } from './words.ts'

/** What the engine says of a volume. */
export interface DockerVolume {
  readonly name: string
  readonly driver: string
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}

const FORMAT =
  '{"name":{{json .Name}},"driver":{{json .Driver}},"options":{{json .Options}},"labels":{{json .Labels}}}'

/** One `docker volume inspect` for any number of volumes, by their names; null where there is none. */
export const dockerVolumeOf: Query<string, DockerVolume | null> = wordsQuery<DockerVolume | null>({
  name: 'docker volumes',
  command: names =>
    read`${chunks(names).map(chunk => read`docker volume inspect --format ${FORMAT} -- ${chunk} || [ $? -ne 127 ] || exit 127\n`)}`,
  parse(reply, names) {
    const all = jsonLines(reply) as readonly { [K in keyof DockerVolume]: DockerVolume[K] | null }[]
    const found = new Map(
      all.map(({ name, driver, options, labels }) => [
        name,
        { name: name ?? '', driver: driver ?? '', options: options ?? {}, labels: labels ?? {} },
      ]),
    )
    return names.map(name => found.get(name) ?? null)
  },
})
