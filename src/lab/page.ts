import { relative } from 'node:path'
import type { LabStatus } from './status.ts'
import { teleportName } from './world/names.ts'

/**
 * What has been built on a lab by `playbooks/site.ts`, and how to reach it: a short page for people. `program` is what one
 * types for rampart here.
 */
export function page({ name, folder, hosts }: LabStatus, program: string): readonly string[] {
  const addressOf = (host: string, network: 'public' | 'cluster'): string =>
    hosts.find(one => one.name === host)?.addresses[network]?.v4 ?? '?'
  const at = relative(process.cwd(), folder) || '.'
  const of = name === 'rampart' ? '' : ` --name ${name}`
  const nodes = hosts.map(host => host.name).filter(host => host !== 'bastion' && host !== 'world')
  const [node = 'dgx01'] = nodes
  return [
    '',
    'What there is now, and how to reach it',
    `  web       curl --cacert ${at}/ca.crt --resolve ${teleportName}:443:${addressOf('bastion', 'public')} https://${teleportName}/webapi/ping`,
    `  ssh       ssh -F ${at}/ssh_config ${node}    (also: bastion, ${nodes.join(', ')}; by key only, nodes through the bastion)`,
    `  cluster   ${program} lab exec${of} bastion docker exec teleport tctl nodes ls`,
    `  tailnet   ${program} lab exec${of} bastion tailscale ping -c 1 ${node}`,
    `  proxy     http://${addressOf('bastion', 'cluster')}:8888, for the nodes alone, to the names that they need`,
    `  firewall  ${program} lab exec${of} bastion iptables -S RAMPART-IN`,
    `  a change  edit something on a host, then: ${program} run playbooks/site.ts -i ${at}/inventory.yaml --check`,
    `  away      ${program} lab down${of}`,
  ]
}
