import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { dockerLabels, dockerName, driverOptions, pairs } from './parameters/docker.ts'
import { refuseUnless } from './parts/refusals.ts'
import type { DockerVolume } from './queries/docker-volumes.ts'
import { dockerVolumeOf } from './queries/docker-volumes.ts'

const spec = z
  .object({
    name: dockerName().describe('its name'),
    state: presentOrAbsent().describe('whether it is there; absent: what is in it goes with it'),
    driver: z.string().min(1).optional().describe('who keeps it; not given: the engine itself, `local`'),
    options: driverOptions().optional().describe("the driver's options, such as `{ type: 'nfs', … }`"),
    labels: dockerLabels().optional().describe('names and values that a new one gets'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    refuseUnless(isPresent, context, given, ['driver', 'options', 'labels'], 'an absent volume has none')
  })

export type DockerVolumeSpec = z.output<typeof spec>

/**
 * A volume of the Docker engine. One that is there with another driver or other options is an error, as only a new one
 * can have them, and what is in it would be lost.
 *
 * @example
 * ```ts
 * dockerVolume({ name: 'app-data' })
 * ```
 */
export const dockerVolume = defineResource<typeof spec, DockerVolume | null>({
  kind: 'dockerVolume',
  spec,
  id: ({ name }) => `dockerVolume ${name}`,
  read: (probe, { name }) => probe.ask(dockerVolumeOf, name),
  plan(spec, found) {
    const { name, state, driver, options = {}, labels = {} } = spec
    if (state === 'absent') {
      if (found === null) return inSync()
      return drift({ kind: 'fields', changes: { volume: ['present', 'absent'] } }, [
        run`docker volume rm -- ${name}`,
      ])
    }
    if (found !== null) {
      mayStay(spec, found)
      return inSync()
    }
    const flags = [
      ...(driver === undefined ? [] : ['--driver', driver]),
      ...pairs(options).flatMap(option => ['--opt', option]),
      ...pairs(labels).flatMap(label => ['--label', label]),
    ]
    return drift({ kind: 'fields', changes: { volume: ['absent', 'present'] } }, [
      run`docker volume create ${flags} -- ${name} >/dev/null`,
    ])
  },
})

function mayStay({ name, driver, options }: DockerVolumeSpec, found: DockerVolume): void {
  const differs = (is: string, wanted: string): never => {
    throw new CheckFailed(`the volume ${name} has ${is}, not ${wanted}`, {
      hint: `What is in it would be lost: move it, and docker volume rm ${name}, by hand.`,
    })
  }
  if (driver !== undefined && driver !== found.driver) differs(`the driver ${found.driver}`, driver)
  if (options === undefined) return
  const [is, wanted] = [pairs(found.options).join(', '), pairs(options).join(', ')]
  if (is !== wanted) differs(`the options ${is || 'of none'}`, wanted)
}
