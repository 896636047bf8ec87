import { join } from 'node:path'
import { expect } from 'vitest'
import type { Told } from '../../support/rampart.ts'
import { rampartRun } from '../../support/rampart.ts'
import { readInventory } from '../door.ts'
import type { TestLab } from '../lab.ts'
import { failures, tasks } from './bench.ts'
import type { Knocks, Met, Outside } from './knocks.ts'
import { knocks } from './knocks.ts'

export const HOSTS = ['bastion', 'dgx01', 'dgx02'] as const
type Name = (typeof HOSTS)[number]

/** The playbook `iptables-hardening` on a lab, and the lab looked at from outside. */
export interface FirewallBench extends Knocks {
  /** Addresses, IPv4 first: the bastion's for this machine and for the nodes, and the first node's. */
  readonly addresses: Record<'far' | 'near' | 'node', readonly string[]>
  /** An engine that publishes on all addresses, programs that listen on all, and what tailscaled does to a host. */
  prepare(): Promise<void>
  /** The arguments of a run, without `run` itself. */
  args(...more: readonly string[]): readonly string[]
  run(...more: readonly string[]): Promise<Told>
  /** Runs, which must succeed; answers what changed. */
  converge(...more: readonly string[]): Promise<readonly string[]>
  /** What is not ours on the bastion: everybody else's chains, rules and jumps, in their order. */
  foreign(): Promise<string>
  /** Our chains and jumps, without counters. */
  ours(host: Name): Promise<string>
  /** Knocks at these ports of all addresses; each must meet what it says. */
  meets(from: Outside, addresses: readonly string[], ports: Readonly<Record<number, Met>>): Promise<void>
  /** The container `web` by its own address. */
  container(): Promise<string>
  /** A packet to a published port of UDP, and what comes back. */
  echo(): Promise<string>
}

/** Variables of the role that win over all others. */
export const given = (vars: object): readonly string[] =>
  Object.entries(vars).flatMap(([name, value]) => [
    '-e',
    `iptables-hardening.${name}=${JSON.stringify(value)}`,
  ])

export function firewallBench(lab: TestLab): FirewallBench {
  const { at, plug, knock } = knocks(lab)
  const addresses: FirewallBench['addresses'] = { far: [], near: [], node: [] }
  const addressesOf = async (host: Name, device: string) => {
    const said = await at(
      host,
      `ip -o addr show dev ${device} scope global | awk '{ sub("/.*", "", $4); print $4 }'`,
    )
    return said.split('\n')
  }
  const args: FirewallBench['args'] = (...more) => {
    const lan = addresses.near.map(one => (one.includes(':') ? one.replace(/::.*/, '::/64') : `${one}/24`))
    return [
      join(import.meta.dirname, '../../../playbooks/iptables-hardening.ts'),
      ...['-i', lab.files.inventory, '-e', `egress_proxy_url=http://${addresses.near[0]}:8888`],
      ...['-e', `lan_cidrs=${JSON.stringify(lan)}`, ...more],
    ]
  }
  const run: FirewallBench['run'] = (...more) => rampartRun(args(...more))
  return {
    ...{ at, plug, knock, addresses, args, run },
    async prepare() {
      addresses.far = await addressesOf('bastion', 'eth0')
      expect(addresses.far).toContain(readInventory(lab).all.hosts.bastion.address)
      addresses.near = await addressesOf('bastion', 'eth1')
      addresses.node = await addressesOf('dgx01', 'eth0')
      await Promise.all([at('dgx01', listen(9000)), at('bastion', `${listen(80, 8888)}\n${ENGINE}`)])
      await plug('tailscale0', ['100.64.0.1/24'], ['100.64.0.2/24'])
      await plug('nic9', ['10.9.9.1/24'], ['10.9.9.2/24'])
      await at({ nic: 'nic9' }, 'ip route add 172.17.0.0/16 via 10.9.9.1')
      await at('bastion', OTHERS)
    },
    async converge(...more) {
      const told = await run(...more)
      expect(told.code, failures(told)).toBe(0)
      return tasks(told, 'changed')
    },
    foreign: () =>
      at(
        'bastion',
        `for save in iptables-save ip6tables-save; do
  "$save" | grep -v -e RAMPART -e '^#' -e '^[*]mangle' -e COMMIT -e '^:[A-Z]* ACCEPT' | sed 's/ \\[.*//'
done`,
      ),
    ours: host => at(host, "{ iptables-save; ip6tables-save; } | grep RAMPART | sed 's/ \\[.*//'; true"),
    async meets(from, at, ports) {
      const expected = at.flatMap(one =>
        Object.entries(ports).map(([port, met]) => [`${one}/${port}`, met] as const),
      )
      const met = await knock(from, ...expected.map(([target]) => target))
      expect(met, JSON.stringify(from)).toEqual(Object.fromEntries(expected))
    },
    container: () => at('bastion', "docker inspect -f '{{.NetworkSettings.IPAddress}}' web"),
    echo: () =>
      at('machine', `exec 3<>/dev/udp/${addresses.far[0]}/5353; echo hi >&3; timeout 3 head -n 1 <&3; true`),
  }
}

const listen = (...ports: readonly number[]) =>
  ports.map(port => `systemd-run -q python3 -m http.server --bind :: ${port}`).join('\n')

const ENGINE = `ECHO='from socket import *
s = socket(AF_INET, SOCK_DGRAM); s.bind(("", 53))
while 1: s.sendto(*s.recvfrom(99))'
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update && apt-get -qq install -y --no-install-recommends docker.io docker-cli iptables busybox-static >/dev/null 2>&1 || exit
until docker version >/dev/null 2>&1; do sleep 0.2; done
mkdir -p /root/bb/bin && cp /bin/busybox /root/bb/bin/ && for name in httpd nc sh; do ln -s busybox "/root/bb/bin/$name"; done; mkdir /root/bb/host
tar -C /root/bb -c . | docker import --change 'ENV PATH=/bin' - bb:1 >/dev/null
docker run -d --name web --restart always -p 8081:3050 -p 8443:3080 bb:1 sh -c 'httpd -p 3050; httpd -f -p 3080'
docker run -d --name echo --restart always -v /:/host:ro -p 5353:53/udp bb:1 busybox chroot /host python3 -c "$ECHO"`

const OTHERS = `iptables -N ts-input; iptables -A ts-input -i tailscale0 -j ACCEPT; iptables -I INPUT 1 -j ts-input
iptables -N ts-forward; iptables -A ts-forward -i tailscale0 -j ACCEPT; iptables -I FORWARD 1 -j ts-forward
iptables -N theirs; iptables -A theirs -p tcp --dport 7 -j DROP; iptables -A INPUT -j theirs
ip6tables -A INPUT -p udp --dport 9 -j DROP`
