import type { Plan, Probe, Text } from 'rampart'
import { inSync, read, reveal } from 'rampart'
import { file } from 'rampart/resources'
import { validate } from './validate.ts'
import type { Variables } from './variables.ts'

/** Sorts before every other drop-in: the first value of a keyword wins (sshd_config(5)). */
export const DROP_IN = '/etc/ssh/sshd_config.d/00-rampart.conf'

type Template = (file: string, data: object) => Text

/** Our drop-in, with the algorithms that this host's sshd knows. */
export function settings(vars: Variables, template: Template): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const [content, current] = await Promise.all([
        wanted(probe, vars, template),
        probe.ask(read`stat -c '%a %U:%G' -- ${DROP_IN} && cat -- ${DROP_IN}`),
      ])
      // In sync is decided from what was asked in one turn; only a drift is worth another.
      if (current.stdout === `600 root:root\n${content}`) return inSync()
      const wish = { path: DROP_IN, content, mode: '0600', owner: 'root', group: 'root' } as const
      return file({ ...wish, validate }).check(probe)
    },
  }
}

/** The drop-in's text for this host. */
export async function wanted(probe: Probe, vars: Variables, template: Template): Promise<string> {
  const known = await probe.ask(
    read`sshd=$(command -v sshd || echo /usr/sbin/sshd)
for what in kex cipher mac key-sig; do echo "[$what]"; ssh -Q "$what"; done
echo '[keywords]'; "$sshd" -T -f /dev/null -o HostKey=/etc/ssh/ssh_host_ed25519_key 2>/dev/null | cut -d ' ' -f 1`,
  )
  const sections = new Map(
    known.stdout.split('[').map(section => {
      const [name = '', ...lines] = section.split('\n')
      return [name.replace(']', ''), new Set(lines)]
    }),
  )
  const only = (what: string, names: readonly string[]): readonly string[] => {
    const those = sections.get(what)
    return those && those.size > 1 ? names.filter(name => those.has(name)) : names
  }
  return reveal(
    template('templates/rampart.conf.ejs', {
      ...vars,
      kex: only('kex', vars.kex),
      ciphers: only('cipher', vars.ciphers),
      macs: only('mac', vars.macs),
      host_key_algorithms: only('key-sig', vars.host_key_algorithms),
      pubkey_algorithms: only('key-sig', vars.pubkey_algorithms),
      required_rsa_size: sections.get('keywords')?.has('requiredrsasize') ? vars.required_rsa_size : 0,
    }),
  )
}
