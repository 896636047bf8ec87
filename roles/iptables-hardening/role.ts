import type { Touch } from 'rampart'
import { role, run, task } from 'rampart'
import { directory, file, packages, service, systemdUnit } from 'rampart/resources'
import { alone, OTHER_UNITS, othersStopped } from './alone.ts'
import { calledByDocker, inForce } from './in-force.ts'
import { FOLDER, PROGRAM, restoreText } from './persisted.ts'
import type { OurChain } from './rules.ts'
import { dockerChain, familiesOf, guardChain, hostChain } from './rules.ts'
import { variables } from './variables.ts'
import { wayIn } from './way-in.ts'

const ROOTS = { owner: 'root', group: 'root' } as const
const DOCKER_UNIT = 'rampart-firewall-docker'

/**
 * What is not named is closed, in IPv4 and IPv6, also where Docker publishes it. Chains of its own and one jump to each:
 * those of Docker, Tailscale and everybody else stay as they are.
 */
export default role({
  name: 'iptables-hardening',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, template }) => {
    const families = familiesOf(vars)
    const host = hostChain(vars)
    const docker = dockerChain(vars)
    const first = [guardChain(vars), ...(vars.host_policy === 'enforce' ? [host] : [])]
    const chains = [...first, ...(vars.docker_user ? [docker] : [])]
    const touches = (...of: readonly OurChain[]) =>
      families.flatMap(family => of.map(({ table, name }): Touch => `chain:${family}:${table}:${name}`))
    const guard = (...of: readonly OurChain[]) => ({ touches: touches(...of), within: vars.rollback_seconds })
    const unit = (name: string) => template(`templates/${name}.service.ejs`, { program: PROGRAM })
    return [
      task('the way in stays open', wayIn(vars)),
      task('no other firewall', alone(vars)),
      packages({ names: ['iptables'] }),
      task(
        'firewall',
        inForce(vars.host_policy === 'enforce' ? first : [...first, { ...host, rules: null }], families),
        { guard: guard(guardChain(vars), host) },
      ),
      directory({ path: FOLDER, mode: '0755', ...ROOTS }),
      families.map(family =>
        task(
          `firewall of ${family} at boot`,
          file({
            ...{ path: `${FOLDER}/firewall.${family}`, mode: '0644', ...ROOTS },
            content: restoreText(chains, family),
            validate: candidate =>
              run`PATH=$PATH:/usr/sbin:/sbin; unshare -n ${family === 'v4' ? 'iptables' : 'ip6tables'}-restore <${candidate}`,
          }),
        ),
      ),
      task(
        'program of the firewall',
        file({
          ...{ path: PROGRAM, mode: '0755', ...ROOTS },
          content: template('templates/rampart-firewall.ejs', { folder: FOLDER }),
          validate: 'sh -n %s',
        }),
      ),
      systemdUnit({ unit: 'rampart-firewall', content: unit('rampart-firewall') }),
      service({ unit: 'rampart-firewall' }),
      vars.docker_user
        ? [
            task("firewall of Docker's networks", calledByDocker(docker, families), { guard: guard(docker) }),
            systemdUnit({ unit: DOCKER_UNIT, content: unit(DOCKER_UNIT) }),
            service({ unit: DOCKER_UNIT }),
          ]
        : [
            systemdUnit({ unit: DOCKER_UNIT, state: 'absent' }),
            task("no firewall of Docker's networks", inForce([{ ...docker, rules: null }], families)),
          ],
      vars.takeover &&
        task('other firewalls are stopped', othersStopped, {
          guard: { touches: OTHER_UNITS, within: vars.rollback_seconds },
        }),
    ]
  },
})
