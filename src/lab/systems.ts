import { createHash } from 'node:crypto'
import { setUpSystem, stagePackages, unpackSystem } from './scripts.ts'

export type SystemName = 'debian-13' | 'debian-12' | 'ubuntu-24.04'

/** An operating system that hosts of the lab can run. */
export interface System {
  readonly name: SystemName
  /** The vendor's own image. */
  readonly image: string
  /** Debian's name of the release, for debootstrap; none where only the image will do. */
  readonly suite?: string
}

export const systems: Readonly<Record<SystemName, System>> = {
  'debian-13': { name: 'debian-13', image: 'debian:13', suite: 'trixie' },
  'debian-12': { name: 'debian-12', image: 'debian:12', suite: 'bookworm' },
  'ubuntu-24.04': { name: 'ubuntu-24.04', image: 'ubuntu:24.04' },
}

/** What a small server has, and nothing that a role should install. Python is for those who compare us with others. */
export const packages: readonly string[] = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'sudo',
  'python3',
  'iptables',
  'iproute2',
  'ca-certificates',
  'procps',
  'curl',
]

/** The tag of a system's image in the engine: another recipe is another image. */
export function tag(system: System): string {
  const recipe = JSON.stringify([system, packages, setUpSystem, stagePackages, unpackSystem])
  return `${imagesOf(system)}${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`
}

/** Whether a tag is of this system's image by another recipe than today's. */
export function isFormer(image: string, system: System): boolean {
  return image.startsWith(imagesOf(system)) && image !== tag(system)
}

function imagesOf(system: System): string {
  return `rampart-lab:${system.name}-`
}
