import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { PrivateSystem } from './private-system.ts'
import { privateSystem } from './private-system.ts'

/** A private system, and another machine's network that reaches it by a wire of its own, over IPv4 and IPv6. */
export interface TwoNetworks extends Disposable {
  readonly system: PrivateSystem
  /** Where the system is for the other. */
  readonly addresses: { readonly v4: string; readonly v6: string }
  /** Runs a script on the other machine's network and returns what it said. */
  outside(script: string): string
  /** Listens on ports of the system, on all its addresses. */
  listen(...ports: readonly number[]): Promise<void>
  /** Takes all rules and chains of iptables away. */
  clean(): void
  /** The tables of iptables or ip6tables, without counters and remarks. */
  saved(program?: 'iptables' | 'ip6tables'): readonly string[]
  /** What a connection from outside meets: `open`, `refused`, or `silent` for a second. */
  knock(address: string, port: number): string
}

export async function twoNetworks(): Promise<TwoNetworks> {
  const system = await privateSystem()
  const other = spawn('unshare', ['-n', 'sh', '-c', 'echo ready && exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(other.stdout, 'data')
  const enter = ['-t', String(other.pid), '-n', '--'] as const
  const outside = (script: string): string =>
    execFileSync('nsenter', [...enter, 'bash', '-ec', script], { encoding: 'utf8' })
  system.inside(`ip link set lo up
ip link add inner type veth peer name outer
ip link set outer netns ${other.pid}
ip addr add 10.97.0.1/24 dev inner && ip addr add fd97::1/64 dev inner nodad && ip link set inner up`)
  outside(
    'ip link set lo up; ip addr add 10.97.0.2/24 dev outer; ip addr add fd97::2/64 dev outer nodad; ip link set outer up',
  )
  const servers: ReturnType<typeof spawn>[] = []
  return {
    system,
    addresses: { v4: '10.97.0.1', v6: 'fd97::1' },
    outside,
    async listen(...ports) {
      const { sh } = system.far([process.execPath])
      const code = `Promise.all(${JSON.stringify(ports)}.map(port => new Promise(up =>
        require('node:net').createServer(it => it.on('error', () => undefined).end('hello')).listen(port, '::', up)))).then(() => console.log('up'))
        process.stdin.on('end', () => process.exit()).resume()`
      const server = spawn(sh[0], [...sh.slice(1), '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
      servers.push(server)
      await once(server.stdout, 'data')
    },
    clean: () => void system.inside(CLEAN),
    saved: (program = 'iptables') =>
      system
        .inside(`${program}-save`)
        .split('\n')
        .filter(line => /^[*:-]/.test(line))
        .map(line => line.replace(/ \[.*/, '')),
    knock: (address, port) =>
      outside(
        `code=0; said=$(timeout 1 bash -c ': </dev/tcp/${address}/${port}' 2>&1) || code=$?
case $code:$said in 0:*) echo open ;; 124:*) echo silent ;; *refused*) echo refused ;; *) echo "$said" ;; esac`,
      ).trim(),
    [Symbol.dispose]: () => {
      for (const { stdin } of servers) stdin?.end()
      other.stdin.end()
      system[Symbol.dispose]()
    },
  }
}

const CLEAN = ['iptables', 'ip6tables']
  .flatMap(program =>
    ['filter', 'raw'].flatMap(table => [`${program} -t ${table} -F`, `${program} -t ${table} -X`]),
  )
  .join('\n')
