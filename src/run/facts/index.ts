import type { Facts } from '../../model/facts.ts'
import type { Session } from '../../session/session.ts'
import { cpu, gpus, memory } from './hardware.ts'
import { listening, mounts, routes } from './network.ts'
import { docker, tailscale, teleport } from './platforms.ts'
import type { Section } from './section.ts'
import { packages, restart, services, users } from './software.ts'

/** What roles see too: read once a run, in its first frame. */
const OF_A_RUN: Readonly<Record<string, (facts: Facts) => readonly [value: unknown, brief: string]>> = {
  hostname: ({ hostname }) => [hostname, hostname],
  os: ({ os }) => [os, `${[os.id, os.version].filter(Boolean).join(' ')} (${os.codename || os.family})`],
  kernel: ({ kernel }) => [kernel, kernel],
  arch: ({ arch }) => [arch, arch],
  init: ({ init }) => [init, init],
  virtualization: ({ virtualization }) => [virtualization, virtualization],
  addresses: ({ addresses }) => [
    addresses,
    addresses.map(({ interface: on, address }) => `${address} (${on})`).join(', '),
  ],
}

/** What a task can change, and so no role is told. */
const OF_NOW: Readonly<Record<string, Section>> = {
  ...{ cpu, memory, routes, mounts, users, packages, services, listening, restart },
  ...{ docker, tailscale, teleport, gpus },
}

/** The names of all facts, in the order in which they are told. */
export const FACT_NAMES: readonly string[] = [...Object.keys(OF_A_RUN), ...Object.keys(OF_NOW)]

/** A fact with its value, and with a line for people. */
export interface Fact {
  readonly name: string
  readonly value: unknown
  readonly brief: string
}

/** Asks a host for these facts, by one frame. What a host cannot tell is told as `{ error }`. */
export function askFacts(session: Session, names: readonly string[]): Promise<readonly Fact[]> {
  const ask = session.epoch.asker(session.user)
  return Promise.all(
    names.map(async name => {
      const known = OF_A_RUN[name]?.(session.hello.facts)
      if (known) return { name, value: known[0], brief: known[1] }
      const section = OF_NOW[name] as Section
      try {
        const value = section.parse(await ask(section.command))
        return { name, value, brief: section.brief(value) }
      } catch (error) {
        if (session.lost) throw error
        const { message } = error as Error
        return { name, value: { error: message }, brief: message }
      }
    }),
  )
}
