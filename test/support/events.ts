import type { Event, Events, HostRecap } from '../../src/engine/events.ts'

let t = 0

/** An event of a kind with what matters of it; the rest is plausible. */
export function event<K extends keyof Events>(kind: K, fields: Partial<Events[K]> = {}): Event {
  t += 10
  return { event: kind, t, ...DEFAULTS[kind], ...fields } as unknown as Event
}

export function hostRecap(counts: Partial<HostRecap> = {}): HostRecap {
  const none = { ok: 0, changed: 0, wouldChange: 0, unknown: 0, failed: 0, skipped: 0 }
  return { ...none, unreachable: 0, frames: 2, connections: 1, ...counts }
}

const DEFAULTS: { readonly [K in keyof Events]: Partial<Events[K]> } = {
  start: {
    run: '20261123T061200Z-a1b2c3',
    mode: 'apply',
    playbooks: ['playbooks/site.ts'],
    inventory: 'inventory/hosts.yaml',
    hosts: ['bastion', 'dgx01'],
  },
  play: { play: 'Harden', hosts: ['bastion', 'dgx01'] },
  host: { host: 'bastion', status: 'connected', address: '203.0.113.10' },
  progress: { host: 'bastion', play: 'Harden', task: 'file /etc/motd', doing: 'look', done: 0, total: 2 },
  task: { host: 'bastion', play: 'Harden', task: 'file /etc/motd', status: 'ok', ms: 3 },
  handler: { host: 'bastion', play: 'Harden', handler: 'reload ssh', status: 'changed', ms: 95 },
  guard: { host: 'bastion', task: 'file /etc/motd', txid: 'x1', state: 'armed' },
  output: { host: 'bastion', task: 'file /etc/motd', stream: 'stdout', text: 'hello\n' },
  warning: { message: 'mind this' },
  error: { error: new Error('broken') },
  recap: { hosts: {}, exitCode: 0, ms: 1234 },
}
