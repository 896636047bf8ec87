import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import { onHost } from './certificate.ts'
import { requireLayout, VHOST } from './layout.ts'
import type { Variables } from './variables.ts'
import { tlsFiles } from './variables.ts'
import { taking } from './vhost.ts'

/**
 * That the web server reads our site and answers by it: with the certificate that is in the file now. A renewed one is
 * served only after a reload, which nobody may have thought of.
 */
export function inForce(vars: Variables): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const layout = await requireLayout(probe, vars)
      const cert = onHost(layout, tlsFiles(vars).cert)
      const [dump, wanted, served] = await Promise.all([
        probe.ask(read`${layout.program} -T`),
        probe.ask(read`openssl x509 -in ${cert} -noout -fingerprint -sha256`),
        probe.ask(
          read`timeout 10 openssl s_client -connect 127.0.0.1:443 -servername ${vars.server_name} </dev/null 2>/dev/null |
openssl x509 -noout -fingerprint -sha256 2>/dev/null`,
        ),
      ])
      if (dump.code !== 0)
        throw new CheckFailed(`the web server does not accept its own configuration: ${dump.stderr.trim()}`, {
          hint: 'It goes on with what it had until it is restarted. Mend it by hand.',
        })
      if (!dump.stdout.includes(`# configuration file ${layout.inside}/${VHOST}:`))
        throw new CheckFailed(`the web server does not read ${layout.inside}/${VHOST}`, {
          hint: `Its nginx.conf must have, in http { }: include ${layout.inside}/*.conf;`,
        })
      const conflict = dump.stderr
        .split('\n')
        .find(line => line.includes(`conflicting server name "${vars.server_name}"`))
      if (conflict !== undefined)
        throw new CheckFailed(`another site has the name ${vars.server_name}: ${conflict}`, {
          hint: 'Remove that site.',
        })
      if (served.stdout === wanted.stdout) return inSync()
      const changes = { certificate: [short(served.stdout), short(wanted.stdout)] } as const
      return drift({ kind: 'fields', changes }, [run`${taking(layout)}`])
    },
  }
}

const short = (fingerprint: string): string => fingerprint.trim().split('=')[1]?.slice(0, 23) ?? 'none'
