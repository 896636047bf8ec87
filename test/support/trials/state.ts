/** A host as far as a trial may have changed it: what a restart keeps, and the tables, which it empties. */
export interface HostState {
  readonly disk: string
  readonly tables: string
}

/** Prints both, with a line of dashes between them. */
export const LOOK = `
for file in /root /root/.ssh /root/.ssh/authorized_keys /etc/ssh/sshd_config.d/50-trial.conf /etc/trial; do
  if [ -e "$file" ]; then stat -c '%n %F %a %u:%g' "$file"; else echo "no $file"; fi
  [ ! -f "$file" ] || sha256sum <"$file"
done
sha256sum /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/ssh/sshd_config
ls /home
systemctl is-enabled ssh; systemctl is-active ssh
echo ---
iptables-save -t filter | grep -v '^#' | sed 's/ \\[.*//'; ip6tables-save -t filter | grep -v '^#' | sed 's/ \\[.*//'`

/** Chains of somebody else, which nothing may touch: one jump before ours and one after. */
export const FOREIGN = ['iptables', 'ip6tables']
  .map(
    name =>
      `${name} -w -N FOREIGN 2>/dev/null && ${name} -w -A FOREIGN -m mark --mark 7 -j DROP && ${name} -w -I INPUT -j FOREIGN && ${name} -w -A INPUT -m mark --mark 8 -j FOREIGN; `,
  )
  .join('')

/** What a transaction may not leave behind once it has ended: units, timers, processes, temporary files. */
export const LEFT = `
systemctl list-units --all --plain --no-legend 'rampart-rb-*' 'rampart-ap-*' | sed 's/^/unit /'
systemctl list-timers --all --no-legend 'rampart-*' | sed 's/^/timer /'
ps -eo args | grep -E '[u]ndo\\.sh|[w]ay-back' | sed 's/^/process /'
find /etc /root /var/lib/rampart -xdev \\( -name '*.rampart-undo' -o -name '*.rampart' -o -name '*.lock' -path '/etc/*' ! -name .pwd.lock \\) | sed 's/^/file /'`

export function readState(output: string): HostState {
  const [disk = '', tables = ''] = output.split('\n---\n')
  return { disk, tables }
}
