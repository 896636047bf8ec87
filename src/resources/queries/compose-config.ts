import type { Command, Probe, Text } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'

/** What a compose file wants of a service. */
export interface ComposeService {
  readonly name: string
  /** The sum that compose keeps with each container that it makes. */
  readonly hash: string
  /** Undefined: it is built. */
  readonly image: string | undefined
  /** How many containers it is to have. */
  readonly scale: number
  /** It does its work and ends, as another service waits for that. */
  readonly completes: boolean
}

/** The services of a project, or what compose says against its files. */
export type ComposeConfig = readonly ComposeService[] | { readonly refused: string }

/**
 * Has compose read a project's files, or `content` on its stdin, and sum up its services; `resolved` is compose with its
 * one file on stdin. The sums
 * are made of the files with all resolved, as `up` makes them: those of `config --hash` alone differ where a service has
 * an env_file. Two processes. What they say is told to nobody, as there may be secrets in it. Throws a CheckFailed on a host
 * without compose.
 */
export async function composeConfig(
  probe: Probe,
  composes: { readonly given: Command<'read'>; readonly resolved: Command<'read'> },
  content: Text | undefined,
): Promise<ComposeConfig> {
  const options = { secret: true, ...(content === undefined ? {} : { stdin: content }) }
  const { stdout, stderr, code } = await probe.ask(read(options)`LC_ALL=C; export LC_ALL
config=$(${composes.given} config --format json) || exit
printf '%s\\n' "$config" | ${composes.resolved} config --hash '*' || exit
printf '%s\\n' "$config"`)
  if (code !== 0) return refusal(code, stderr)
  const at = stdout.indexOf('{')
  return servicesFrom(stdout.slice(0, at), JSON.parse(stdout.slice(at)) as Config)
}

interface Config {
  readonly services?: Readonly<Record<string, Service>>
}

interface Service {
  readonly image?: string
  readonly scale?: number
  readonly deploy?: { readonly replicas?: number }
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>
}

function servicesFrom(sums: string, { services = {} }: Config): readonly ComposeService[] {
  const hashes = new Map(sums.split('\n').map(line => [line.split(' ')[0], line.split(' ')[1]]))
  const completing = Object.values(services).flatMap(({ depends_on = {} }) =>
    Object.entries(depends_on)
      .filter(([, { condition }]) => condition === 'service_completed_successfully')
      .map(([name]) => name),
  )
  return Object.entries(services).map(([name, { image, scale, deploy }]) => ({
    ...{ name, image },
    hash: hashes.get(name) ?? '',
    scale: deploy?.replicas ?? scale ?? 1,
    completes: completing.includes(name),
  }))
}

function refusal(code: number, stderr: string): ComposeConfig {
  if (code === 127) {
    throw new CheckFailed('the host has no docker', {
      hint: "Put packages({ names: ['docker.io', 'docker-compose'] }), or Docker's own packages, before it.",
    })
  }
  if (/not a docker command|unknown (?:shorthand )?(?:flag|command)/.test(stderr)) {
    throw new CheckFailed("the host's docker has no compose", {
      hint: "Put packages({ names: ['docker-compose'] }) (Debian 13), 'docker-compose-v2' (Ubuntu) or 'docker-compose-plugin' (Docker's own) before it.",
    })
  }
  const lines = stderr.split('\n').filter(line => line.trim() !== '' && !line.includes('level=warning'))
  return { refused: lines.slice(-5).join('\n') || `docker compose config exited ${code}` }
}
