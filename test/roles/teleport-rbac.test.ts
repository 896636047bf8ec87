import { expect, test } from 'vitest'
import { vendorRole } from '../../roles/teleport-bastion/rbac.ts'
import { roleDifferences } from '../../roles/teleport-bastion/rbac-differences.ts'
import teleportBastion from '../../roles/teleport-bastion/role.ts'
import type { JsonMap } from '../../roles/teleport-bastion/tctl.ts'

const wanted = vendorRole(teleportBastion.vars.parse({ cluster_name: 'prod', fqdn: 'teleport.example.com' }))
type Spec = Record<'options' | 'allow' | 'deny', Record<string, unknown>>
/** As the cluster prints it: with what it adds, leaves out and writes in another way. */
const live = (change: (spec: Spec) => void = () => undefined): JsonMap => {
  const copy = structuredClone(wanted) as { metadata: object; spec: Spec }
  const { spec } = copy
  Object.assign(copy.metadata, { revision: 'x', id: 7 })
  delete spec.options['permit_x11_forwarding']
  Object.assign(spec.options, { cert_format: 'standard', desktop_clipboard: true, newer: 'default' })
  Object.assign(spec.options, { record_session: { default: 'strict', ssh: 'strict', desktop: null } })
  Object.assign(spec.options, { enhanced_recording: ['network', 'command'] })
  Object.assign(spec.allow, { namespaces: ['default'], logins: 'dev' })
  Object.assign(spec.deny, { namespaces: ['default'], node_labels: { role: 'bastion' } })
  change(spec)
  return copy as unknown as JsonMap
}

test('as the cluster prints ours is no drift', () => {
  expect(roleDifferences(live(), wanted)).toEqual({})
})

test.each<[string, (spec: Spec) => void]>([
  [
    'allow.rules',
    ({ allow }) => Object.assign(allow, { rules: [{ resources: ['event'], verbs: ['list'] }] }),
  ],
  ['allow.logins', ({ allow }) => Object.assign(allow, { logins: ['dev', 'root'] })],
  ['allow.node_labels', ({ allow }) => Object.assign(allow, { node_labels: { '*': '*' } })],
  ['deny.rules', ({ deny }) => Object.assign(deny, { rules: [] })],
  ['deny.logins', ({ deny }) => delete deny['logins']],
  ['options.port_forwarding', ({ options }) => Object.assign(options, { port_forwarding: true })],
  ['options.permit_x11_forwarding', ({ options }) => Object.assign(options, { permit_x11_forwarding: true })],
  ['options.disconnect_expired_cert', ({ options }) => delete options['disconnect_expired_cert']],
  ['options.ssh_port_forwarding', ({ options }) => delete options['ssh_port_forwarding']],
  [
    'options.create_host_user_mode',
    ({ options }) => Object.assign(options, { create_host_user_mode: 'keep' }),
  ],
])('drifts by its %s', (field, change) => {
  expect(Object.keys(roleDifferences(live(change), wanted))).toEqual([field])
})
