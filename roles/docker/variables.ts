import { z } from 'rampart'

const name = () => z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, 'expected the name of a package')

/** Docker's own packages, and what the distributions call theirs (Docker's manual, Uninstall old versions). */
const PACKAGES: readonly string[] = [
  'docker-ce',
  'docker-ce-cli',
  'containerd.io',
  'docker-buildx-plugin',
  'docker-compose-plugin',
]
const DISTRIBUTIONS: readonly string[] = [
  'docker.io',
  'docker-compose',
  'docker-compose-v2',
  'docker-doc',
  'podman-docker',
  'containerd',
  'runc',
]

/**
 * Logs that cannot fill the disk, containers that outlive a restart of the engine, and ports that are published on the
 * loopback unless they say otherwise.
 */
const DAEMON = {
  'log-driver': 'json-file',
  'log-opts': { 'max-size': '50m', 'max-file': '5' },
  'live-restore': true,
  'default-network-opts': { bridge: { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' } },
}

export const variables = z.object({
  packages: z
    .array(name())
    .min(1)
    .default([...PACKAGES])
    .describe("what is installed of Docker's own packages"),
  remove: z
    .array(name())
    .default([...DISTRIBUTIONS])
    .describe("the distribution's packages, which go first; images and containers stay in /var/lib/docker"),
  channel: z.enum(['stable', 'test', 'nightly']).default('stable').describe('which of its repository'),
  daemon: z
    .record(z.string(), z.json())
    .default(DAEMON)
    .describe('what /etc/docker/daemon.json must say, key by key; what else is in it stays'),
  group_members: z
    .array(z.string().regex(/^[a-z_][a-z0-9_-]*$/, "expected a user's name"))
    .default([])
    .describe('who is in the group docker, and nobody else: they are root in all but name'),
  minimum_version: z
    .string()
    .regex(/^\d+(\.\d+){0,2}$/, "expected a version, such as '28' or '28.0.1'")
    .default('24')
    .describe(
      'the oldest engine that will do; from 28 on other hosts of the same network cannot reach what is published on the loopback',
    ),
  key_fingerprint: z
    .string()
    .regex(/^[0-9A-Fa-f]{40}$/, 'expected the 40 hexadecimal digits of a fingerprint')
    .default('9DC858229FC7DD38854AE2D88D81803C0EBFCD88')
    .describe("the key that Docker's packages are signed with"),
})
