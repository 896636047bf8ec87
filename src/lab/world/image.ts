import { join } from 'node:path'
import type { Docker } from '../../controller/docker.ts'
import { complaint, docker } from '../../controller/docker.ts'
import { LabError } from '../error.ts'
import type { HostImage } from '../image.ts'
import type { Means } from '../install.ts'
import { locked } from '../lock.ts'
import { step } from '../steps.ts'
import type { Programs } from './programs.ts'
import { sources, stateOf } from './sources.ts'

const prefix = 'rampart-lab:world-'
const recipe = 'image'

/**
 * The image of the host `world`: a host of the lab with the vendors' names on it. It is made in two halves: the first,
 * which takes longest and hardly ever changes, while Go builds what goes into the second.
 */
export async function ensureWorldImage(
  engine: Docker,
  base: HostImage,
  building: Promise<Programs>,
  means: Means,
): Promise<HostImage> {
  const state = await stateOf(recipe, base.image)
  const first = `${prefix}packages-${state}`
  await once(engine, first, 'image world, Docker and OpenResty', means, () =>
    half(engine, base.image, first, 'packages.sh', []),
  )
  const programs = await building
  const second = `${prefix}${await stateOf(recipe, base.image, programs.state)}`
  await once(engine, second, 'image world', means, async () => {
    await half(engine, first, second, 'publish.sh', programs.folders)
    await removeFormer(engine, [first, second])
  })
  return { system: base.system, image: second }
}

/** Makes an image unless it is there, and unless another process has made it while we waited. */
function once(
  engine: Docker,
  image: string,
  name: string,
  means: Means,
  make: () => Promise<void>,
): Promise<void> {
  return locked('image world', async () => {
    if (await isThere(engine, image)) return
    await step(means.say, name, async () => {
      await make()
      return { value: undefined, changed: true }
    })
  })
}

/** Runs one script of the recipe in a container of one image, which becomes another. */
async function half(
  engine: Docker,
  from: string,
  to: string,
  script: string,
  folders: readonly string[],
): Promise<void> {
  const container = `rampart-lab-build-${to.slice(prefix.length)}`
  const must = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await docker(engine, args)
    if (code === 0) return
    const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-3).join('\n')
    throw new LabError(
      `the image of world cannot be made: ${args[0] === 'exec' ? said : complaint(stderr)}`,
      {
        hint: 'A container must reach Debian’s mirror. The lab does without the world with --no-world.',
      },
    )
  }
  await docker(engine, ['rm', '--force', container])
  try {
    await must('run', '--detach', '--name', container, from, 'sleep', 'infinity')
    await must('exec', container, 'rm', '-rf', '/lab')
    await must('cp', join(sources, recipe), `${container}:/lab`)
    await must('exec', container, 'mkdir', '-p', '/lab/programs')
    for (const folder of folders) await must('cp', `${folder}/.`, `${container}:/lab/programs`)
    await must('exec', container, `/lab/${script}`)
    await must('commit', container, to)
  } finally {
    await docker(engine, ['rm', '--force', container])
  }
}

/** Removes what is not of today. The engine refuses for those that a container still needs. */
async function removeFormer(engine: Docker, today: readonly string[]): Promise<void> {
  const { stdout } = await docker(engine, [
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    'rampart-lab',
  ])
  const former = stdout.split('\n').filter(image => image.startsWith(prefix) && !today.includes(image))
  for (const image of former) await docker(engine, ['image', 'rm', image])
}

async function isThere(engine: Docker, image: string): Promise<boolean> {
  return (await docker(engine, ['image', 'inspect', '--format', '{{.Id}}', image])).code === 0
}
