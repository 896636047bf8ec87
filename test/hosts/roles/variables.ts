import { expect, test } from 'vitest'
import type { RolesBench } from './bench.ts'
import { failures, tasks } from './bench.ts'

/** What variables other than openresty's change, as other programs see it. */
export function variables({ given, inside, run, converged }: RolesBench): void {
  test('each variable has its effect, and is taken back', async () => {
    const told = await given(
      'docker.group_members=[admin]',
      'docker.daemon={"log-level":"warn","log-opts":{"max-file":"3"}}',
      'forward-proxy.port=3129',
      'forward-proxy.connect_ports=[443,8443]',
      'forward-proxy.log_level=Notice',
      'package-proxies.direct_hosts=[near.test]',
      'vendor-account.groups=[video]',
      'vendor-account.comment=Acme',
      'vendor-account.shell=/bin/sh',
      'vendor-account.sudo_commands=["/usr/bin/id"]',
      'admin-ssh-config.control_persist=no',
      'admin-ssh-config.alive_interval=7',
    )
    expect(told.code, failures(told)).toBe(0)
    // A reload opens no socket: another port is a restart, which is a task of its own.
    expect(tasks(told, 'changed')).toEqual(
      expect.arrayContaining(['bastion proxy settings', 'bastion proxy listens']),
    )
    expect(await inside('bastion', 'getent group docker | cut -d : -f 4')).toBe('admin')
    expect(await inside('bastion', 'grep -c warn /etc/docker/daemon.json')).toBe('1')
    expect(await inside('bastion', "ss -Hltnp | awk '/tinyproxy/ { print $4 }'")).toMatch(/:3129$/)
    expect(await inside('bastion', 'grep -c 8443 /etc/tinyproxy/rampart.conf')).toBe('1')
    expect(await inside('dgx01', 'apt-config dump | grep -c "Proxy::near.test \\"DIRECT\\""')).toBe('2')
    expect(await inside('dgx01', 'id -nG dev; getent passwd dev | cut -d : -f 5,7')).toBe(
      'dev video\nAcme:/bin/sh',
    )
    expect(await inside('dgx01', "su -s /bin/sh dev -c 'sudo -n id'")).toContain('uid=0(root)')
    expect(await inside('dgx01', "su -s /bin/sh dev -c 'sudo -n id dev 2>&1; true'")).toMatch(
      /password is required|not allowed/,
    )
    expect(
      await inside('bastion', "su ops -c 'ssh -G dgx01' | grep -E '^(controlmaster|serveraliveinterval) '"),
    ).toBe('controlmaster false\nserveraliveinterval 7')
    expect((await run()).code).toBe(0)
    await inside(
      'bastion',
      `python3 - <<'end'
import json
path = '/etc/docker/daemon.json'
it = json.load(open(path)); it.pop('log-level'); json.dump(it, open(path, 'w'))
end`,
    )
    await converged()
  })
}
