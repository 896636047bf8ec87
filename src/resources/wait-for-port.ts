import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, read, z } from '../index.ts'
import { networkHost } from './parameters/network-name.ts'
import { KNOCK, knockOn } from './parts/knocking.ts'
import { waitingStep } from './parts/waiting.ts'
import { openPorts } from './queries/open-ports.ts'

const spec = z.object({
  port: z.int().min(1).max(65_535).describe('a port of tcp'),
  host: networkHost()
    .default('localhost')
    .describe('whose port, by the name or address that the host itself has for it'),
  state: z
    .enum(['open', 'closed'])
    .default('open')
    .describe('`open`: it takes connections; `closed`: it refuses them, or nothing comes back'),
  timeout: z
    .number()
    .positive()
    .max(3600)
    .default(60)
    .describe('seconds until it is given up and the task has failed'),
})

export type WaitForPortSpec = z.output<typeof spec>

/** What a connection from the host met: `open`, or why not. */
export interface PortState {
  readonly said: string
}

/**
 * A port of tcp that must be open or closed before what follows, as seen from the host. It changes nothing. A port that
 * is as it should be costs no time; else it waits, trying once a second, and counts as a change. A dry run does not wait:
 * it says that it would.
 *
 * @example
 * ```ts
 * waitForPort({ port: 22, timeout: 30 })
 * ```
 */
export const waitForPort = defineResource<typeof spec, PortState>({
  kind: 'waitForPort',
  spec,
  id: ({ host, port, state }) => `waitForPort ${shown(host)}:${port} ${state}`,
  read: async (probe, { host, port }) => ({ said: await probe.ask(openPorts, { host, port }) }),
  plan({ host, port, state, timeout }, { said }): Plan {
    const isOpen = said === 'open'
    if (isOpen === (state === 'open')) {
      if (isOpen || !UNKNOWN_NAME.test(said)) return inSync()
      throw new CheckFailed(`whether port ${port} of ${host} is closed cannot be told: ${said}`, {
        hint: 'Give an address, or see to it that the host knows the name.',
      })
    }
    const step = waitingStep({
      begin: KNOCK,
      tried: read`{ said=$(${knockOn({ host, port }, 3)}); [ "$said" ${isOpen ? '!=' : '='} open ]; }`,
      timeout,
      missing: `port ${port} of ${host} is not ${state}`,
    })
    const changes = { [`port ${port} of ${host}`]: [said, state] } as const
    return drift({ kind: 'fields', changes }, [step])
  },
})

const shown = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** glibc's words and musl's (gai_strerror(3)), and those of busybox. */
const UNKNOWN_NAME = /resolution|not known|does not resolve|bad address|No address/i
