import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Channel } from '../../src/transport/channel.ts'
import { LOADER } from '../../src/transport/loader.ts'
import { spawnChannel } from '../../src/transport/local.ts'

/** A throw-away user of this machine, and what sudo lets it do. Root only. */
export interface Sudoer {
  readonly name: string
  readonly password: string
  /** Replaces its lines in /etc/sudoers.d; `USER` stands for its name. */
  allow(...lines: readonly string[]): void
  /** What sudo has logged of it since `allow`. */
  log(): string
  /** A channel as sshd gives it to this user, with everything that is written to it. */
  login(env?: Record<string, string>): Channel & { readonly written: readonly string[] }
  remove(): void
}

export function createSudoer(suffix: string): Sudoer {
  const name = `rampart-test-${process.pid}-${suffix}`
  const password = `pass 'word" $HOME \\ ${suffix} ä`
  const rules = `/etc/sudoers.d/${name}`
  const log = `/var/log/${name}.log`
  alone('useradd', ['--create-home', '--shell', '/bin/sh', name])
  alone('chpasswd', [], `${name}:${password}\n`)
  return {
    name,
    password,
    allow(...lines) {
      rmSync(log, { force: true })
      const text = [`Defaults:USER logfile=${log}`, 'Defaults:USER !syslog', ...lines].join('\n')
      writeFileSync(rules, `${text.replaceAll('USER', name)}\n`, { mode: 0o440 })
      execFileSync('visudo', ['-cqf', rules])
    },
    log: () => (existsSync(log) ? readFileSync(log, 'utf8').replaceAll(/\n +/g, ' ') : ''),
    login(env = {}) {
      const given = Object.entries({ HOME: `/home/${name}`, ...env }).map(([key, value]) => `${key}=${value}`)
      const channel = spawnChannel('runuser', [
        '-u',
        name,
        '--',
        '/usr/bin/env',
        ...given,
        '/bin/sh',
        '-c',
        LOADER,
      ])
      const written: string[] = []
      const write = channel.stdin.write.bind(channel.stdin)
      channel.stdin.write = (...args: unknown[]) => {
        written.push(String(args[0]))
        return write(...(args as Parameters<typeof write>))
      }
      return { ...channel, written }
    },
    remove() {
      for (const file of [rules, log]) rmSync(file, { force: true })
      alone('userdel', ['--force', '--remove', name])
    },
  }
}

/** Test files run side by side, and these programs give up if another holds /etc/passwd. */
function alone(program: string, args: readonly string[], input = ''): void {
  execFileSync('flock', ['/run/lock/rampart-test', program, ...args], {
    input,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}
