import type { Command } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { dockerImageName } from './parameters/docker.ts'
import { hostPath } from './parameters/path.ts'
import { refuseUnless } from './parts/refusals.ts'
import { dockerImages, familiar } from './queries/docker-images.ts'

const spec = z
  .object({
    name: dockerImageName().describe(
      'its name: `nginx:1.27`; with a digest it is always the same one: `nginx@sha256:…`',
    ),
    state: presentOrAbsent().describe(
      'whether the engine has it; absent: a container that is made of it keeps it',
    ),
    load: hostPath()
      .optional()
      .describe('an archive on the host that `docker save` wrote, in which it is; not given: it is pulled'),
    id: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, {
        error: "expected an image's id: 'sha256:' and 64 hexadecimal digits",
      })
      .optional()
      .describe('the id that it must have (`docker image ls --no-trunc`); another one is replaced'),
    timeout: z.number().positive().default(1800).describe('seconds until pulling or loading is given up'),
  })
  .superRefine((given, context) => {
    refuseUnless(given.state === 'present', context, given, ['load', 'id'], 'an absent image has none')
  })

export type DockerImageSpec = z.output<typeof spec>

/**
 * An image that the Docker engine of the host has: pulled, or loaded from an archive. What a tag means elsewhere is not
 * asked: pin the tag or the digest, and change it to get another.
 *
 * @example
 * ```ts
 * dockerImage({ name: 'tool:1.4.0', load: '/var/cache/tool-1.4.0.tar' })
 * ```
 */
export const dockerImage = defineResource<typeof spec, string | null>({
  kind: 'dockerImage',
  spec,
  id: ({ name }) => `dockerImage ${familiar(name)}`,
  read: async (probe, { name }) => (await probe.ask(dockerImages, ''))(name),
  plan(spec, found) {
    const { name, state, id } = spec
    if (state === 'absent') {
      if (found === null) return inSync()
      return drift({ kind: 'fields', changes: { image: [short(found), 'absent'] } }, [
        run`docker image rm -- ${name}`,
      ])
    }
    if (found !== null && (id === undefined || id === found)) return inSync()
    return drift(
      { kind: 'fields', changes: { image: [short(found), id === undefined ? 'present' : short(id)] } },
      [getting(spec, found)],
    )
  },
})

function getting({ name, load, id, timeout }: DockerImageSpec, found: string | null): Command {
  if (load !== undefined) return run({ timeout, unit: true })`docker image load --quiet --input ${load}`
  if (id !== undefined && found !== null && name.includes('@')) {
    throw new CheckFailed(`${name} has the id ${found}, and no other image has that digest`, {
      hint: 'Leave id out: the digest says it all.',
    })
  }
  return run({ timeout, unit: true })`docker image pull --quiet -- ${name}`
}

const short = (id: string | null): string => (id === null ? 'absent' : id.slice(0, 'sha256:'.length + 12))
