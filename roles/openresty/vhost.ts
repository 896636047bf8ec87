import type { Command, Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import { file } from 'rampart/resources'
import type { Layout } from './layout.ts'
import { requireLayout, VHOST } from './layout.ts'
import { sitesIn } from './sites.ts'
import type { Variables } from './variables.ts'

/**
 * Our site. It is written beside its place, tried there with all the rest of the configuration, and brought into force;
 * if the web server refuses it, the former one is back before anybody could have noticed.
 */
export function vhost(vars: Variables, content: string): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const layout = await requireLayout(probe, vars)
      const path = `${layout.folder}/${VHOST}`
      const [plan, dump, stale] = await Promise.all([
        file({ path, content, owner: 'root', group: 'root', mode: '0644' }).check(probe),
        probe.ask(read`${layout.program} -T`),
        probe.ask(isStale(layout, path)),
      ])
      mayBeOurs(vars, layout, dump.stdout)
      if (plan.status === 'in-sync') {
        if (stale.code !== 0) return inSync()
        return drift({ kind: 'fields', changes: { 'in force': ['an older configuration', 'this one'] } }, [
          run`${taking(layout)}`,
        ])
      }
      const upload = { path: `${path}.new`, content, owner: 'root', group: 'root', mode: '0644' } as const
      return drift(plan.diff, [upload, activation(layout, path, vars.server_name)])
    },
  }
}

/** Throws a CheckFailed if another site has the name: nginx only warns, and ours might be the one that is never asked. */
function mayBeOurs({ server_name, http_redirect }: Variables, { inside }: Layout, dump: string): void {
  const ports = http_redirect ? [80, 443] : [443]
  const other = sitesIn(dump).find(
    site =>
      site.file !== `${inside}/${VHOST}` &&
      site.names.includes(server_name) &&
      site.ports.some(port => ports.includes(port)),
  )
  if (!other) return
  throw new CheckFailed(
    `${other.file} has a site ${server_name} already, on port ${other.ports.join(' and ')}`,
    {
      hint: 'Remove that site (in 1Panel: Websites), or give the cluster another name.',
    },
  )
}

/** Puts the new file in its place, tries the whole, and has it taken. Whatever fails, the former file is back. */
function activation(layout: Layout, path: string, name: string): Command {
  return run`target=${path} new=${path}.new old=${path}.old
restore() { if [ -e "$old" ]; then mv -f -- "$old" "$target"; else rm -f -- "$target"; fi; }
rm -f -- "$old"
[ ! -e "$target" ] || cp -p -- "$target" "$old" || exit
(
trap restore EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
mv -f -- "$new" "$target" || exit
said=$(${layout.program} -t 2>&1) || { printf '%s\\n' "$said" >&2; echo "the former configuration is back" >&2; exit 1; }
case $said in *'conflicting server name "'${name}'"'*)
  printf '%s\\n' "$said" >&2; exit 1 ;; esac
( ${taking(layout)} ) || exit
trap - EXIT
) || exit
rm -f -- "$old"`
}

/** Prints the workers of a running master. */
const workers = read`grep -ls "^PPid:[[:space:]]*$master$" /proc/[0-9]*/status`

/**
 * Has the running web server take its configuration. A reload returns before the master has read it, and if that fails
 * the old workers go on; so it is done when there is a new one, and none of the old that still answers: for a moment both
 * do. Those that are shutting down only end what they have, which may be a session of a day.
 */
export function taking(layout: Layout): Command {
  return run`master=$(${layout.master})
if [ -n "$master" ] && [ "$master" != 0 ]; then
  before=$(${workers})
  ${layout.reload} || exit
  taken() {
    came= stays=
    for one in $(${workers}); do
      case " $(echo $before) " in
      *" $one "*) grep -qs 'shutting down' "\${one%status}cmdline" || [ ! -e "$one" ] || stays=1 ;;
      *) came=1 ;;
      esac
    done
    [ -n "$came" ] && [ -z "$stays" ]
  }
  left=60
  until taken; do
    [ "$left" -gt 0 ] || { echo 'the web server did not take its configuration:' >&2; ${layout.log} >&2; exit 1; }
    sleep 0.25; left=$((left - 1))
  done
fi`
}

/** Succeeds if the youngest worker is older than the file: whoever put it there was cut off before it was taken. */
function isStale(layout: Layout, path: string): Command<'read'> {
  return read`master=$(${layout.master})
[ -n "$master" ] && [ "$master" != 0 ] && youngest=$(ps -o etimes= --ppid "$master" 2>/dev/null | sort -n | head -n 1) &&
[ -n "$youngest" ] && [ "$(( $(date +%s) - youngest + 2 ))" -lt "$(stat -c %Y ${path})" ]`
}
