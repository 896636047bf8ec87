import { BlockList, isIP } from 'node:net'
import type { ChainRule } from 'rampart/resources'
import { portRange } from './variables.ts'

/** A connection of TCP as it would be opened anew. */
export interface NewConnection {
  readonly address: string
  readonly port: number
  /** By which interface it would come in, as far as is known. */
  readonly interface: string | undefined
}

/** Whether a chain lets a new connection pass that is for this host's own address: its first rule that matches decides. */
export function admits(rules: readonly ChainRule[], connection: NewConnection): boolean {
  return rules.find(rule => matches(rule, connection))?.target !== 'DROP'
}

function matches(rule: ChainRule, { address, port, interface: by }: NewConnection): boolean {
  const family = isIP(address) === 6 ? 'v6' : 'v4'
  return (
    // The only ones in our chains: packets for others, and those that open nothing.
    rule.match === undefined &&
    (rule.states === undefined || rule.states.includes('NEW')) &&
    (rule.family ?? family) === family &&
    (rule.protocol ?? 'tcp') === 'tcp' &&
    (rule.in === undefined || (by !== undefined && isInterface(rule.in, by))) &&
    (rule.source === undefined || [rule.source].flat().some(source => holds(source, address))) &&
    (rule.port === undefined || [rule.port].flat().some(ports => isAmong(ports, port)))
  )
}

function isInterface(pattern: string, name: string): boolean {
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

function holds(network: string, address: string): boolean {
  const [net = '', bits] = network.split('/')
  const family = isIP(net)
  if (family !== isIP(address)) return false
  const type = family === 6 ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(net, Number(bits ?? (family === 6 ? 128 : 32)), type)
  return list.check(address, type)
}

/** Whether a port, or a range of them, has this one. */
export function isAmong(ports: number | string, port: number): boolean {
  const [from, to] = portRange(ports)
  return from <= port && port <= to
}
