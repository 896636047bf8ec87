import type { Secret } from './secret.ts'

/** How we prove who we are. */
export type Key =
  | { readonly from: 'agent' }
  /** By no key, to see what else the host takes. */
  | { readonly from: 'none' }
  | { readonly from: 'file'; readonly path: string; readonly passphrase?: Secret }

/** The way to a machine by SSH. Each way has what it needs and nothing else. */
export interface SshRoute {
  readonly transport: 'ssh' | 'openssh'
  /** The host's name in the inventory. */
  readonly host: string
  /** In order of preference: the first that answers with the right host key is used. */
  readonly addresses: readonly string[]
  /** Whether the inventory gave an address; if not, it is the host's name and ssh_config may say more. */
  readonly named: boolean
  /** Left open: what `ssh -G` says, else 22. */
  readonly port: number | undefined
  /** Left open: what `ssh -G` says, else the local user. */
  readonly user: string | undefined
  /** Left open: what `ssh -G` says, else the agent's keys. */
  readonly key: Key | undefined
  readonly password: Secret | undefined
  /** Through which other host of the inventory, as its own user. */
  readonly via: SshRoute | undefined
  /** A known_hosts file of this host's own, read before the user's and the system's. */
  readonly knownHosts: string | undefined
}

/** This machine itself. */
export interface LocalRoute {
  readonly transport: 'local'
  readonly host: string
}

/** A container of the Docker engine that the controller's `docker` talks to. */
export interface DockerRoute {
  readonly transport: 'docker'
  readonly host: string
  readonly container: string
}

export type Route = SshRoute | LocalRoute | DockerRoute

/** As whom to act after the login. */
export interface Become {
  readonly user: string
  /** For `sudo -S`, if sudo asks. */
  readonly password: Secret | undefined
}
