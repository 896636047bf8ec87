import { text, z } from '../../index.ts'
import { dockerImageName, dockerLabels, dockerName, driverOptions, named } from './docker.ts'

const plain = z.string().regex(/^[^\0]+$/, { error: 'expected text without a NUL byte' })
const size = z.string().regex(/^\d+[bkmg]?$/, { error: "expected a size, such as '512m'" })
const seconds = z.number().min(0)

const healthcheck = z.object({
  test: plain.describe('a command for the sh of the image; it is healthy if that exits with 0'),
  interval: seconds.optional().describe('seconds between two tests; not given: 30'),
  timeout: seconds.optional().describe('seconds that a test may take; not given: 30'),
  retries: z.int().min(1).optional().describe('failures until it is unhealthy; not given: 3'),
  startPeriod: seconds.optional().describe('seconds in which failures do not count; not given: 0'),
})

/** What a container is made of: none of it can be changed afterwards, so that another one takes its place if it differs. */
export const madeOf = {
  image: dockerImageName().describe('the image; with a digest it is always the same one'),
  command: z.array(plain).optional().describe("what it runs, with arguments; not given: the image's own"),
  entrypoint: plain.optional().describe("the program before the command; not given: the image's own"),
  env: named(/^[^\s=\0#][^=\0\n]*$/, text(), 'names without "="')
    .optional()
    .describe('environment variables; a Secret goes to the engine by stdin, and has to be one line'),
  ports: z
    .array(
      z
        .string()
        .regex(/^(?:(?:[\d.]+|\[[0-9a-fA-F:]+\]):)?(?:\d+(?:-\d+)?:)?\d+(?:-\d+)?(?:\/(?:tcp|udp|sctp))?$/, {
          error: "expected ADDRESS:PORT:PORT-INSIDE, such as '127.0.0.1:8080:80' or '53:53/udp'",
        }),
    )
    .optional()
    .describe(
      "published ports: `'127.0.0.1:8080:80'`; without an address all the world may reach it, past most firewalls",
    ),
  volumes: z
    .array(
      z.string().regex(/^[^:\0]+:\/[^:\0]*(?::[\w,]+)?$/, {
        error: "expected SOURCE:PATH, such as '/srv/app:/data:ro'",
      }),
    )
    .optional()
    .describe("volumes and folders of the host: `'app-data:/data'`, `'/srv/app:/app:ro'`"),
  tmpfs: z.array(plain).optional().describe("paths inside that are kept in memory: `'/run:size=16m'`"),
  networks: z
    .array(dockerName())
    .min(1)
    .optional()
    .describe("networks to be connected to; not given: the engine's `bridge`"),
  restart: z
    .string()
    .regex(/^(?:no|always|unless-stopped|on-failure(?::\d+)?)$/, {
      error: "expected 'no', 'always', 'unless-stopped' or 'on-failure:3'",
    })
    .optional()
    .describe(
      'when the engine starts it again: `always`, `unless-stopped`, `on-failure:3`; not given: never',
    ),
  user: plain.optional().describe("as whom it runs: `'1000:1000'`; not given: as the image says"),
  workdir: plain.optional().describe('its working folder'),
  hostname: plain.optional().describe('the name it has for itself'),
  healthcheck: z
    .union([healthcheck, z.literal(false)])
    .optional()
    .describe("what tells whether it is well; false: nothing does; not given: the image's own"),
  gpus: z
    .union([z.literal('all'), z.int().min(1), plain])
    .optional()
    .describe("GPUs of the host: `'all'`, how many, or `'device=0,2'`"),
  runtime: plain.optional().describe("the runtime of the engine, such as `'nvidia'`"),
  memory: size.optional().describe('the most memory that it may take'),
  cpus: z.number().positive().optional().describe('the most processors that it may take'),
  shmSize: size.optional().describe('the size of /dev/shm'),
  ulimits: driverOptions().optional().describe("limits: `{ nofile: '65536', memlock: '-1' }`"),
  devices: z.array(plain).optional().describe("devices of the host: `'/dev/fuse'`"),
  capAdd: z.array(plain).optional().describe('capabilities that it gets'),
  capDrop: z.array(plain).optional().describe("capabilities that it loses; `'ALL'`"),
  securityOpt: z.array(plain).optional().describe("such as `'no-new-privileges:true'`"),
  privileged: z.boolean().optional().describe('whether it may do all that root may do'),
  readOnly: z.boolean().optional().describe('whether its own files cannot be written'),
  init: z.boolean().optional().describe('whether a small init reaps what it leaves behind'),
  extraHosts: z.array(plain).optional().describe("lines of its /etc/hosts: `'db:10.0.0.5'`"),
  logging: z
    .object({
      driver: plain.describe("where its output goes: `'json-file'`, `'journald'`"),
      options: driverOptions().optional().describe("such as `{ 'max-size': '50m' }`"),
    })
    .optional()
    .describe('what becomes of its output; not given: as the engine is set up'),
  stopTimeout: z
    .int()
    .min(0)
    .optional()
    .describe('seconds it has to end by itself before it is killed; not given: 10'),
  labels: dockerLabels().optional().describe('names and values that it carries'),
  options: z.array(plain).optional().describe('further options of `docker create`, as they stand'),
}
