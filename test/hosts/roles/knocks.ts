import { expect } from 'vitest'
import { command } from '../../../src/controller/command.ts'
import type { TestLab } from '../lab.ts'

/** Where packets come from: this machine, a host of the lab, or a NIC of the bastion with a machine of its own behind it. */
export type Outside = 'machine' | 'bastion' | 'dgx01' | 'dgx02' | { readonly nic: string }

/** What a connection met: `open`, `refused` (let through, and nobody there), or `silent` for three seconds. */
export type Met = 'open' | 'refused' | 'silent'

export interface Knocks {
  /** Makes a NIC of the bastion, with one machine behind it. */
  plug(nic: string, bastion: readonly string[], machine: readonly string[]): Promise<void>
  /** Opens connections to `ADDRESS/PORT`, all at once. */
  knock(from: Outside, ...targets: readonly string[]): Promise<Readonly<Record<string, Met>>>
  /** Runs a script where packets come from. */
  at(from: Outside, script: string): Promise<string>
}

export function knocks(lab: TestLab): Knocks {
  const at: Knocks['at'] = async (from, script) => {
    const { code, stdout, stderr } =
      from === 'machine'
        ? await command(['bash', '-c', script])
        : typeof from === 'string'
          ? await lab.inside(from, script)
          : await lab.inside(
              'bastion',
              `nsenter -t "$(systemctl show -p MainPID --value far-${from.nic})" -n bash -s`,
              script,
            )
    expect(code, `${script}\n${stderr}${stdout}`).toBe(0)
    return stdout.trimEnd()
  }
  return {
    at,
    async plug(nic, bastion, machine) {
      const on = (device: string, addresses: readonly string[]) =>
        [
          ...addresses.map(one => `ip addr add ${one} dev ${device}${one.includes(':') ? ' nodad' : ''}`),
          `ip link set ${device} up`,
        ].join('\n')
      await at(
        'bastion',
        `set -e
systemd-run -q --unit=far-${nic} unshare -n sleep infinity
until pid=$(systemctl show -p MainPID --value far-${nic}) && here=$(readlink "/proc/$pid/ns/net") && [ "$here" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link add ${nic} type veth peer name far
ip link set far netns "$pid"
${on(nic, bastion)}`,
      )
      await at({ nic }, on('far', machine))
    },
    async knock(from, ...targets) {
      const said = await at(
        from,
        `for target in ${targets.join(' ')}; do {
  timeout 3 bash -c ": </dev/tcp/$target" 2>/dev/null
  case $? in 0) echo "$target open" ;; 124) echo "$target silent" ;; *) echo "$target refused" ;; esac
} & done; wait`,
      )
      return Object.fromEntries(said.split('\n').map(line => line.split(' ') as [string, Met]))
    },
  }
}
