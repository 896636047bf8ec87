import type { Docker } from '../controller/docker.ts'
import { complaint, docker } from '../controller/docker.ts'
import { LabError } from './error.ts'
import { setUpSystem, stagePackages } from './scripts.ts'
import type { System } from './systems.ts'
import { packages, tag } from './systems.ts'

/** A registry that answers at all sends an image of 50 MB well within this. */
const pullTimeout = 180_000

/**
 * Makes the system's image from its vendor's. Answers undefined when it is made, and why not when the vendor's image
 * is neither in the engine nor to be pulled. Throws a LabError when it is there but cannot be made a host of the lab.
 */
export async function vendorImage(engine: Docker, system: System): Promise<string | undefined> {
  const refused = await pull(engine, system.image)
  if (refused !== undefined) return refused
  const container = `rampart-lab-build-${system.name}`
  const remove = () => docker(engine, ['rm', '--force', container])
  await remove()
  try {
    const script = `set -eu\n${stagePackages}${setUpSystem}`
    const args = ['run', '--name', container, system.image, 'sh', '-c', script, 'sh', ...packages]
    await must(system, docker(engine, args))
    await must(system, docker(engine, ['commit', container, tag(system)]))
    return undefined
  } finally {
    await remove()
  }
}

async function pull(engine: Docker, image: string): Promise<string | undefined> {
  if ((await docker(engine, ['image', 'inspect', '--format', '{{.Id}}', image])).code === 0) return undefined
  const { code, stderr } = await docker(engine, ['pull', '--quiet', image], { timeout: pullTimeout })
  if (code === 0) return undefined
  // A registry's complaint begins with its address; the reason is what it ends with.
  const why = code === null ? `nothing came in ${pullTimeout / 1000} s` : complaint(stderr).split(': ').at(-1)
  return `${image} cannot be pulled (${why})`
}

async function must(system: System, command: ReturnType<typeof docker>): Promise<void> {
  const { code, stderr } = await command
  if (code === 0) return
  const said = stderr.trim().split('\n').slice(-3).join('\n') || complaint(stderr)
  throw new LabError(`${system.image} cannot be made a host of the lab: ${said}`, {
    hint: 'A container must reach the distribution’s mirror: try `docker run --rm debian:13 apt-get update`.',
  })
}
