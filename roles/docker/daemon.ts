import type { Plan, Probe } from 'rampart'
import { CheckFailed, inSync, read, run } from 'rampart'
import { file } from 'rampart/resources'

const PATH = '/etc/docker/daemon.json'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The engine's settings: ours among whatever else is there. The engine itself must accept them. */
export function daemonSettings(wanted: Readonly<Record<string, unknown>>): {
  check(probe: Probe): Promise<Plan>
} {
  return {
    async check(probe) {
      const { stdout, stderr, code } = await probe.ask(read`[ ! -e ${PATH} ] || cat -- ${PATH}`)
      if (code !== 0)
        throw new CheckFailed(`${PATH} cannot be read: ${stderr.trim()}`, { hint: 'Set become: true.' })
      const before = parsed(stdout)
      const after = merged(before, wanted as Json)
      // Another order or other spaces are nothing to restart an engine for.
      if (stdout !== '' && JSON.stringify(after) === JSON.stringify(before)) return inSync()
      return file({
        path: PATH,
        content: `${JSON.stringify(after, null, 2)}\n`,
        validate: candidate => run`PATH=$PATH:/usr/sbin dockerd --validate --config-file=${candidate}`,
      }).check(probe)
    },
  }
}

function parsed(text: string): Json {
  if (text.trim() === '') return {}
  try {
    const value = JSON.parse(text)
    if (isMap(value)) return value
  } catch {}
  throw new CheckFailed(`${PATH} is no JSON object`, { hint: 'Mend it by hand, or remove it.' })
}

/** What is wanted on top of what is there; maps are merged, all else is replaced. */
export function merged(before: Json, wanted: Json): Json {
  if (!isMap(before) || !isMap(wanted)) return wanted
  const changes = Object.entries(wanted).map(
    ([key, value]) => [key, merged(before[key] ?? null, value)] as const,
  )
  return { ...before, ...Object.fromEntries(changes) }
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
