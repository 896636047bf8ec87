import type { Play } from 'rampart'
import { playbook } from 'rampart'
import docker from './docker.ts'
import forwardProxy from './forward-proxy.ts'
import iptablesHardening from './iptables-hardening.ts'
import openresty from './openresty.ts'
import packageProxies from './package-proxies.ts'
import sshHardening from './ssh-hardening.ts'
import tailscale from './tailscale.ts'
import teleportAgent from './teleport-agent.ts'
import teleportBastion from './teleport-bastion.ts'
import vendorAccount from './vendor-account.ts'

/**
 * The whole access stack of one bastion and the nodes behind it, each part as its own playbook has it. First what the
 * bastion serves, as the nodes need its proxy and its cluster; then the nodes; and last what could cut the way in, with
 * the bastion, on which everybody depends, at the very end.
 */
export default playbook(
  ...on('bastion', docker, teleportBastion, openresty, forwardProxy),
  ...on('dgx', packageProxies),
  ...tailscale.plays,
  ...on('dgx', vendorAccount, teleportAgent),
  ...on('dgx', iptablesHardening, sshHardening),
  ...on('bastion', iptablesHardening, sshHardening),
)

/** The plays of these playbooks for these hosts, in order. */
function on(hosts: string, ...books: readonly { readonly plays: readonly Play[] }[]): readonly Play[] {
  return books.flatMap(book => book.plays.filter(play => play.hosts === hosts))
}
