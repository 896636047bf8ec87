import { createHash } from 'node:crypto'
import { exec } from './exec.ts'
import type { BenchHost } from './fleet.ts'
import type { Work } from './work.ts'
import { CONF, CONF_BEFORE, ROOT } from './work.ts'

/** Takes away all that any tool has made, and makes what is there before. */
export async function reset(hosts: readonly BenchHost[], work: Work): Promise<void> {
  const units = work.services.map(
    name => `cat >/etc/systemd/system/${name}.service <<'E'
[Unit]
Description=What the service tasks start
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
E`,
  )
  const script = `
for unit in /etc/systemd/system/bench*.service; do
  [ ! -e "$unit" ] || systemctl --quiet disable --now "\${unit##*/}" 2>/dev/null; rm -f "$unit"
done
for user in $(cut -d: -f1 /etc/passwd | grep '^bench[0-9]'); do userdel "$user"; done
rm -rf ${ROOT} /var/lib/rampart
mkdir -p ${ROOT}
printf '%s' '${CONF_BEFORE}' >${CONF}
${units.join('\n')}
systemctl daemon-reload`
  await everywhere(hosts, script)
}

/** So many logical hosts knock at one sshd, and no tool can know that they are one. */
export async function letManyIn(hosts: readonly BenchHost[]): Promise<void> {
  const script = `echo 'MaxStartups 200' >/etc/ssh/sshd_config.d/10-bench.conf; systemctl reload ssh; sleep 1`
  await everywhere(hosts, script)
}

/** Spoils one file. */
export async function drift(hosts: readonly BenchHost[], work: Work): Promise<void> {
  await everywhere(hosts, `echo spoilt >${work.files[0]?.path}`)
}

/** A hash over what the work is about, each host's. */
export async function stateOf(hosts: readonly BenchHost[], work: Work): Promise<readonly string[]> {
  const script = `
cd ${ROOT} && find . ! -name '.*rampart*' ! -name . -exec stat -c '%n %F %a %U %G' {} + | sort
find . -type f -name 'f*.conf' -exec sha256sum {} + | sort
sort ${CONF}
getent passwd ${work.users.join(' ')} | cut -d: -f1,6,7
for unit in ${work.services.join(' ')}; do echo "$unit $(systemctl is-active "$unit") $(systemctl is-enabled "$unit")"; done`
  const said = await everywhere(hosts, script)
  return said.map(text => createHash('sha256').update(text).digest('hex').slice(0, 12))
}

/** Runs a script on each host, not by SSH. */
async function everywhere(hosts: readonly BenchHost[], script: string): Promise<readonly string[]> {
  return Promise.all(hosts.map(({ container }) => exec('docker', ['exec', '-i', container, 'sh'], script)))
}
