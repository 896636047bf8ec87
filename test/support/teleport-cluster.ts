import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { closedPort } from './tcp-proxy.ts'
import type { Ran, Standin, Teleport } from './teleport-standin.ts'
import { buildStandin, readiness, selfSigned } from './teleport-standin.ts'

/** The made-up name under which the cluster is reached. */
export const NAME = 'teleport.lab.test'

/** How long something that comes by itself may take. */
export const soon = { timeout: 40_000, interval: 100 }

const FAST = { TELEPORT_STANDIN_HEARTBEAT: '200ms', TELEPORT_STANDIN_NODE_TTL: '5s' }

/** What `tctl get --format=json` prints of anything. */
export interface Resource {
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> }
  readonly spec: Record<string, unknown>
}

/** A bastion of the stand-in, with auth and proxy in one process, as the role sets it up. */
export interface Cluster {
  readonly standin: Standin
  /** Its teleport.yaml and its data_dir. */
  readonly config: string
  readonly data: string
  readonly webPort: number
  /** A certificate of NAME that signs itself. */
  readonly trust: { readonly cert: string; readonly key: string }
  /** Runs tctl on the bastion. */
  tctl(...args: string[]): Promise<Ran>
  /** `tctl create`, with this text on stdin. */
  create(text: string, ...flags: string[]): Promise<Ran>
  nodes(): Promise<Resource[]>
  /** Stops the bastion, does something, and starts it again. */
  restart(between: () => Promise<void>): Promise<void>
  /** Starts a process with the quick heartbeats of tests. */
  start(config: string, env?: NodeJS.ProcessEnv): Teleport
  remove(): Promise<void>
}

export async function startCluster(): Promise<Cluster> {
  const standin = buildStandin()
  const trust = selfSigned(standin.folder, NAME)
  const webPort = await closedPort()
  const data = join(standin.folder, 'bastion')
  const config = standin.write(
    'bastion.yaml',
    `version: v3
teleport: { nodename: bastion-host, data_dir: ${data} }
auth_service:
  cluster_name: prod-cluster
  listen_addr: 127.0.0.1:${await closedPort()}
  proxy_listener_mode: multiplex
  session_recording: node-sync
  authentication: { second_factors: [webauthn, otp], webauthn: { rp_id: ${NAME} } }
proxy_service:
  web_listen_addr: 127.0.0.1:${webPort}
  public_addr: ${NAME}:${webPort}
  https_keypairs: [{ cert_file: ${trust.cert}, key_file: ${trust.key} }]
  trust_x_forwarded_for: true
ssh_service: { enabled: "no" }
`,
  )
  const start = (file: string, env: NodeJS.ProcessEnv = {}): Teleport =>
    standin.start(file, { ...FAST, ...env })
  const tctl = (...args: string[]): Promise<Ran> => standin.run('tctl', ['-c', config, ...args])
  let bastion = start(config)
  const ready = (): Promise<void> =>
    vi.waitFor(async () => expect(await readiness(data), bastion.log()).toMatchObject({ code: 200 }), soon)
  await ready()
  return {
    standin,
    config,
    data,
    webPort,
    trust,
    tctl,
    create: (text, ...flags) => standin.run('tctl', ['-c', config, 'create', ...flags], text),
    nodes: async () => JSON.parse((await tctl('nodes', 'ls', '--format=json')).stdout) as Resource[],
    async restart(between) {
      await bastion.stop()
      await between()
      bastion = start(config)
      await ready()
    },
    start,
    remove: () => standin.remove(),
  }
}
