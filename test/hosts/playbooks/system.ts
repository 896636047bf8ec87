import { play, playbook, task } from 'rampart'
import {
  cron,
  dropIn,
  hostname,
  hostsEntry,
  kernelModule,
  knownHost,
  limits,
  locale,
  mount,
  restart,
  service,
  sudoers,
  sysctl,
  systemdUnit,
  timer,
  timezone,
} from 'rampart/resources'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f'

/** One of each kind that has to do with the system, and what depends on it. */
export default playbook(
  play('system', { hosts: 'all' }, [
    hostname({ name: 'renamed' }),
    hostsEntry({ address: '192.0.2.77', names: ['db.example.com', 'db'] }),
    timezone({ name: 'Asia/Tokyo' }),
    sysctl({ key: 'net.ipv4.ip_local_port_range', value: '20000 50000' }),
    kernelModule({ name: 'usb-storage', state: 'blacklisted' }),
    limits({ name: '90-ops', limits: [{ domain: 'ops', type: 'both', item: 'nofile', value: 4321 }] }),
    sudoers({ name: '90-dev', content: 'dev ALL=(root) NOPASSWD: /usr/bin/id\n' }),
    cron({ name: 'backup', schedule: '30 4 * * mon-fri', command: 'date +%F >/tmp/backup' }),
    knownHost({ host: 'git.example.com', key }),
    knownHost({ host: 'git.example.com', key, user: 'ops' }),
    mount({ path: '/srv/scratch', source: 'tmpfs', type: 'tmpfs', options: ['noexec', 'size=1m'] }),
    locale({ lang: 'C.UTF-8' }),
    timer({
      name: 'report',
      schedule: ['Mon..Fri 04:30', '2099-01-01'],
      command: 'echo "$HOME $X 5%" >/tmp/report; id -un >>/tmp/report',
      user: 'ops',
      env: { X: 'a "b" $c' },
    }),
    task(
      'worker',
      systemdUnit({
        unit: 'worker',
        content: `[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
`,
      }),
      { notify: restart('worker') },
    ),
    task(
      'worker limits',
      dropIn({ unit: 'worker', name: '10-nofile', content: '[Service]\nLimitNOFILE=2345\n' }),
      {
        notify: restart('worker'),
      },
    ),
    service({ unit: 'worker' }),
  ]),
)
