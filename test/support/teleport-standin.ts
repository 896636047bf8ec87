import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

const SOURCE = join(import.meta.dirname, '../../src/lab/world/teleport-standin')

/** Runs `go` in the sources and answers what it printed. */
export function go(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('go', args, { cwd: SOURCE, encoding: 'utf8' })
  if (status !== 0) throw new Error(`go ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

/** The files that gofmt would change. */
export function unformatted(): string {
  const gofmt = join(go('env', 'GOROOT').trim(), 'bin/gofmt')
  return execFileSync(gofmt, ['-l', SOURCE], { encoding: 'utf8' })
}

/** Whether this machine can build the stand-in. */
export const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0

/** The stand-in as it is installed: one program with three names, in a scratch folder. */
export interface Standin {
  /** The scratch folder, where tests write their files too. */
  readonly folder: string
  /** Runs a program to its end; what it prints as an error is without colours. */
  run(program: 'teleport' | 'tctl' | 'tsh', args: readonly string[], stdin?: string): Promise<Ran>
  /** Writes a file into the folder and answers its path. */
  write(name: string, text: string): string
  /** Starts `teleport start` with this file. */
  start(config: string, env?: NodeJS.ProcessEnv): Teleport
  /** Ends what was started and removes the folder. */
  remove(): Promise<void>
}

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A running `teleport start`. */
export interface Teleport {
  readonly pid: number
  /** All that it has logged. */
  log(): string
  signal(name: NodeJS.Signals): void
  /** Waits for its end and answers the exit code. */
  ended(): Promise<number | null>
  stop(): Promise<void>
}

export function buildStandin(): Standin {
  if (!hasGo)
    throw new Error(
      'Go 1.21 or newer is needed to build the Teleport stand-in: install it, and put go in PATH',
    )
  const folder = mkdtempSync(join(tmpdir(), 'rampart-teleport-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  go('build', '-buildvcs=false', '-o', join(bin, 'teleport'), '.')
  for (const name of ['tctl', 'tsh']) symlinkSync('teleport', join(bin, name))
  const started: Teleport[] = []
  return {
    folder,
    async run(program, args, stdin = '') {
      const child = spawn(join(bin, program), args, { timeout: 50_000 })
      const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)]
      child.stdin.on('error', () => undefined).end(stdin)
      await once(child, 'close')
      return { code: child.exitCode, stdout: stdout(), stderr: plain(stderr()) }
    },
    write(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    },
    start(config, env = {}) {
      const child = spawn(join(bin, 'teleport'), ['start', '-c', config], {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const one = teleportOf(child)
      started.push(one)
      return one
    },
    async remove() {
      for (const one of started) await one.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function teleportOf(child: ChildProcess): Teleport {
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)]
  const closed = once(child, 'close')
  const ended = async (): Promise<number | null> => {
    await closed
    return child.exitCode
  }
  return {
    pid: child.pid ?? -1,
    log: () => plain(stdout() + stderr()),
    signal: name => void child.kill(name),
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended()
    },
  }
}

/** Collects what a stream says; the answer is all of it so far. */
function textOf(stream: Readable | null): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => void chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}

const plain = (text: string): string => text.replaceAll('\u001B[31m', '').replaceAll('\u001B[0m', '')

/** What `/readyz` of a data_dir answers: 200 when all is well, 0 when nobody answers. */
export function readiness(dataDir: string): Promise<{ readonly code: number; readonly status: string }> {
  return new Promise(resolve => {
    const nobody = (): void => resolve({ code: 0, status: 'nobody answers' })
    request({ socketPath: join(dataDir, 'debug.sock'), path: '/readyz' }, response => {
      const body = textOf(response)
      response.on('end', () => {
        const { status } = JSON.parse(body()) as { status: string }
        resolve({ code: response.statusCode ?? 0, status })
      })
    })
      .on('error', nobody)
      .end()
  })
}

/** A key and a certificate for a name that signs itself: trusted by who has it in SSL_CERT_FILE. */
export function selfSigned(folder: string, name: string): { readonly cert: string; readonly key: string } {
  const cert = join(folder, `${name}.crt`)
  const key = join(folder, `${name}.key`)
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' })
  return { cert, key }
}
