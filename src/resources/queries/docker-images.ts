import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { mustHaveAnswered } from './docker-answer.ts'

/** The id of an image by its name, tag or digest; null where the host has none. */
export type DockerImages = (name: string) => string | null

/** All images of the host, by one `docker image ls`. */
export const dockerImages: Query<'', DockerImages> = {
  name: 'docker images',
  command: () =>
    read`docker image ls --no-trunc --digests --format ${'{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}}'}`,
  parse(reply, keys) {
    mustHaveAnswered(reply)
    const ids = new Map<string, string>()
    for (const line of reply.stdout.split('\n')) {
      const [repository, tag, digest, id] = line.split(' ')
      if (id === undefined || id === '') continue
      ids.set(`${repository}:${tag}`, id)
      ids.set(`${repository}@${digest}`, id)
    }
    const idOf: DockerImages = name => ids.get(familiar(name)) ?? null
    return keys.map(() => idOf)
  },
}

/** As the engine lists it: Docker's own registry is not named, and of tag and digest the digest counts. */
export function familiar(name: string): string {
  const [, path = '', tag, digest] = /^(.*?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]+))?$/.exec(name) ?? []
  const repository = path.replace(/^(?:docker\.io|index\.docker\.io)\//, '').replace(/^library\//, '')
  return digest === undefined ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`
}
