import { CheckFailed, read, z } from 'rampart'
import type { Layout } from './layout.ts'

/** Where 1Panel's OpenResty reads its sites, inside the container. */
const SITES = '/usr/local/openresty/nginx/conf/conf.d'

const mounts = z.array(z.object({ Source: z.string(), Destination: z.string() }))

/**
 * The layout of 1Panel's container, from `docker inspect`'s `NAME RUNNING NETWORK MOUNTS`. Its name ends in something
 * random that changes with every rebuild, so it is looked for by what it is. Throws a CheckFailed if there is not
 * exactly one, or if it is no use: its loopback must be the host's.
 */
export function panelLayout(lines: readonly string[], expected: string | undefined): Layout {
  const all = lines.map(line => {
    const [, name = '', running = '', network = '', json = '[]'] =
      /^\/(\S+) (\S+) (\S+) (.*)$/.exec(line) ?? []
    return { name, running: running === 'true', network, mounts: mounts.parse(JSON.parse(json) ?? []) }
  })
  const found = expected === undefined ? all : all.filter(({ name }) => name === expected)
  const [container, another] = found
  const names = all.map(({ name }) => name).join(', ') || 'none'
  if (container === undefined)
    throw new CheckFailed(
      `there is no container ${expected ?? 'with openresty in its name'}; there is ${names}`,
      {
        hint: 'Install OpenResty in 1Panel, or set flavor to package or nginx.',
      },
    )
  if (another !== undefined)
    throw new CheckFailed(`there are several containers with openresty in their name: ${names}`, {
      hint: 'Say which by expected_container.',
    })
  const { name } = container
  if (!container.running)
    throw new CheckFailed(`the container ${name} does not run`, { hint: `docker start ${name}` })
  if (container.network !== 'host')
    throw new CheckFailed(
      `the container ${name} has a network of its own (${container.network}), so that its 127.0.0.1 is not this host's, where Teleport listens`,
      { hint: "1Panel's own has network_mode: host." },
    )
  const onHost = (path: string) => hostPath(container.mounts, path)
  const folder = onHost(SITES)
  if (folder === undefined)
    throw new CheckFailed(`${SITES} of the container ${name} is not mounted from this host`, {
      hint: "1Panel mounts its www/conf.d there; is this 1Panel's container?",
    })
  return {
    flavor: '1panel',
    folder,
    inside: SITES,
    program: read`docker exec ${name} openresty`,
    unit: undefined,
    master: read`docker inspect --format '{{.State.Pid}}' ${name}`,
    reload: read`docker exec ${name} openresty -s reload`,
    log: read`docker logs --tail 5 ${name} 2>&1`,
    onHost,
  }
}

/** Where a path of the container is on the host: by the nearest mount above it. */
function hostPath(all: z.output<typeof mounts>, path: string): string | undefined {
  const [nearest] = all
    .filter(({ Destination }) => path === Destination || path.startsWith(`${Destination}/`))
    .sort((a, b) => b.Destination.length - a.Destination.length)
  return nearest && `${nearest.Source}${path.slice(nearest.Destination.length)}`
}
