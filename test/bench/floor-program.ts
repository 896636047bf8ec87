import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import ssh2 from 'ssh2'
import type { BenchHost } from './fleet.ts'
import { questions, writes } from './floor-scripts.ts'
import type { Work } from './work.ts'

/**
 * The least that the work can cost over ssh2: one connection and one script a host, questions of one kind as one
 * process, the answer compared with the expected one. Prints how many connections it took.
 */
interface FloorJob {
  readonly work: Work
  readonly hosts: readonly BenchHost[]
  readonly key: string
  readonly knownHosts: string
  readonly writes: boolean
}

/** As many at once as sshd lets in before they are logged in, where all are one machine; else all. */
const AT_ONCE = 32

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as FloorJob
const privateKey = readFileSync(job.key)
const known = readFileSync(job.knownHosts, 'utf8')
const { script, expected } = job.writes ? { script: writes(job.work), expected: '' } : questions(job.work)

const waiting = [...job.hosts]
const isOneMachine =
  new Set(job.hosts.map(({ address, port }) => `${address}:${port}`)).size < job.hosts.length
const workers = Array.from({ length: isOneMachine ? 8 : AT_ONCE }, async () => {
  for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) await one(host)
})
await Promise.all(workers)
console.log(job.hosts.length)

function one({ name, address, port }: BenchHost): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.on('error', reject).on('ready', () => {
      client.exec('sh', (error, stream) => {
        if (error) return reject(error)
        const hash = createHash('sha256')
        stream.on('data', (bytes: Buffer) => hash.update(bytes))
        stream.on('close', (code: number) => {
          client.end()
          if (code !== 0) reject(new Error(`${name}: exit ${code}`))
          else if (!job.writes && hash.digest('hex') !== expected)
            reject(new Error(`${name} is not as expected`))
          else resolve()
        })
        stream.stderr.resume()
        stream.end(script)
      })
    })
    client.connect({
      host: address,
      port,
      username: 'root',
      privateKey,
      hostVerifier: (key: Buffer) => known.includes(key.toString('base64')),
    })
  })
}
