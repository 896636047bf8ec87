import type { Plan, Probe, Text } from 'rampart'
import { CheckFailed, inSync, read } from 'rampart'
import { file } from 'rampart/resources'
import type { Layout } from './layout.ts'
import { requireLayout } from './layout.ts'
import type { Variables } from './variables.ts'
import { tlsFiles } from './variables.ts'

/** One of the two files, with what the inventory gives for it. */
export function tlsFile(
  vars: Variables,
  which: 'cert' | 'key',
  content: Text,
): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const layout = await requireLayout(probe, vars)
      const path = onHost(layout, tlsFiles(vars)[which])
      return file({
        ...{ path, content, owner: 'root', group: 'root', mode: which === 'key' ? '0600' : '0644' },
        diff: which === 'cert',
      }).check(probe)
    },
  }
}

/**
 * That there is a certificate for the name, with its key. It is looked at before a site that needs it is written: nginx
 * would not start again without it.
 */
export function certificate(vars: Variables): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const layout = await requireLayout(probe, vars)
      const files = tlsFiles(vars)
      const cert = onHost(layout, files.cert)
      const { stdout, stderr } = await probe.ask(
        read`cert=${cert} key=${onHost(layout, files.key)}
command -v openssl >/dev/null || { echo 'openssl is not installed'; exit; }
for file in "$cert" "$key"; do [ -r "$file" ] || { echo "$file is not there"; exit; }; done
public=$(openssl x509 -in "$cert" -noout -pubkey) || { echo "$cert is no certificate"; exit; }
[ "$public" = "$(openssl pkey -in "$key" -pubout 2>/dev/null </dev/null)" ] || { echo "$key is not the key of $cert"; exit; }
openssl x509 -in "$cert" -noout -checkhost ${vars.server_name} | grep -q 'does match' ||
  { echo "$cert is not for ${vars.server_name}, but for: $(openssl x509 -in "$cert" -noout -ext subjectAltName | tail -n +2 | tr -d '\\n')"; exit; }
openssl x509 -in "$cert" -noout -checkend ${vars.certificate_days * 86_400} >/dev/null ||
  echo "$cert is good for less than ${vars.certificate_days} days: until $(openssl x509 -in "$cert" -noout -enddate | cut -d = -f 2)"`,
      )
      const wrong = stdout.trim()
      if (wrong === '') return inSync()
      throw new CheckFailed(`${wrong}${stderr.trim() === '' ? '' : `: ${stderr.trim()}`}`, {
        hint: 'Let 1Panel or an ACME client renew it, or give the role certificate and certificate_key.',
      })
    },
  }
}

/** Throws a CheckFailed for a file that is inside of a container alone. */
export function onHost(layout: Layout, path: string): string {
  const found = layout.onHost(path)
  if (found !== undefined) return found
  throw new CheckFailed(`${path} is inside of the web server's container and nowhere on this host`, {
    hint: "Give tls_cert a path below one of its mounts: 1Panel's sites are below /www.",
  })
}
