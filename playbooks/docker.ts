import { play, playbook, z } from 'rampart'
import docker from '../roles/docker/role.ts'

/** The bastion's engine. */
export default playbook(
  play('engine', { hosts: 'bastion', become: true }, host => {
    const keys = host.vars.read('key_fingerprints', z.record(z.string(), z.string()).default({}))
    return [docker(keys['docker'] === undefined ? {} : { key_fingerprint: keys['docker'] })]
  }),
)
