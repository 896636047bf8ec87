import type { Touch } from '../../../src/model/guard.ts'

/** A change of a host as a trial makes it: in parts, with a pause between them in which it can be cut. */
export interface Change {
  readonly name: string
  readonly touches: readonly Touch[]
  /** sh, one part after the other. */
  readonly parts: readonly string[]
  /** Whether nobody can log in any more once all of it is done. */
  readonly locksOut: boolean
  /** sh that succeeds if all of it is there. */
  readonly isWhole: string
  /** sh that takes it away again, for what was confirmed. */
  readonly clean: string
}

const DROP_IN = '/etc/ssh/sshd_config.d/50-trial.conf'

const sshd = (name: string, line: string, after = 'systemctl reload ssh'): Change => ({
  name,
  touches: [`file:${DROP_IN}`, 'unit:ssh.service'],
  parts: [`echo '${line}' >${DROP_IN}`, after],
  locksOut: true,
  isWhole: `grep -q '${line}' ${DROP_IN}`,
  clean: `rm -f ${DROP_IN}; systemctl reset-failed ssh; systemctl restart ssh`,
})

const both = (script: string): string => [`iptables ${script}`, `ip6tables ${script}`].join(' && ')

/** What safety.md fears most, each by itself, and changes that do no harm and can be confirmed. */
export const CHANGES: readonly Change[] = [
  sshd('sshd lets nobody in', 'AllowUsers nobody'),
  sshd('sshd listens elsewhere', 'Port 2222'),
  sshd('sshd dies of its own configuration', 'Nonsense yes', 'kill -HUP $(cat /run/sshd.pid); sleep 0.3'),
  {
    name: 'the firewall drops SSH',
    touches: ['chain:v4:filter:RAMPART-TRIAL', 'chain:v6:filter:RAMPART-TRIAL'],
    parts: [
      both('-w -N RAMPART-TRIAL'),
      both('-w -A RAMPART-TRIAL -p tcp --dport 22 -j DROP'),
      both('-w -I INPUT -j RAMPART-TRIAL'),
    ],
    locksOut: true,
    isWhole: both('-w -C INPUT -j RAMPART-TRIAL'),
    clean:
      both('-w -D INPUT -j RAMPART-TRIAL; ') + both('-w -F RAMPART-TRIAL; ') + both('-w -X RAMPART-TRIAL'),
  },
  {
    name: 'the keys are gone',
    touches: ['file:/root/.ssh/authorized_keys'],
    parts: ['rm -f /root/.ssh/authorized_keys'],
    locksOut: true,
    isWhole: 'test ! -e /root/.ssh/authorized_keys',
    clean: ':',
  },
  {
    name: 'sshd is stopped for good',
    touches: ['unit:ssh.service'],
    parts: ['systemctl --quiet disable ssh', 'systemctl stop ssh'],
    locksOut: true,
    isWhole: '! systemctl --quiet is-active ssh',
    clean: 'systemctl --quiet enable --now ssh',
  },
  {
    name: 'the account has no shell',
    touches: ['user:root'],
    parts: ['usermod -s /usr/sbin/nologin root'],
    locksOut: true,
    isWhole: 'getent passwd root | grep -q nologin',
    clean: 'usermod -s /bin/bash root',
  },
  {
    name: 'the home is open to all, so that sshd trusts no key in it',
    touches: ['file:/root'],
    parts: ['chmod 777 /root'],
    locksOut: true,
    isWhole: '[ "$(stat -c %a /root)" = 777 ]',
    clean: 'chmod 700 /root',
  },
  {
    name: 'a file, a chain, a group and a user',
    touches: ['file:/etc/trial', 'chain:v4:filter:RAMPART-TRIAL', 'group:trial', 'user:trial'],
    parts: [
      'echo trial >/etc/trial && chmod 640 /etc/trial',
      'iptables -w -N RAMPART-TRIAL && iptables -w -A RAMPART-TRIAL -s 10.9.8.7 -j DROP && iptables -w -A INPUT -j RAMPART-TRIAL',
      'groupadd trial',
      'useradd -m -g trial trial',
    ],
    locksOut: false,
    isWhole:
      'grep -q trial /etc/trial && id -u trial >/dev/null && { [ -n "$restarted" ] || iptables -w -C INPUT -j RAMPART-TRIAL; }',
    clean:
      'rm -f /etc/trial; userdel -r trial 2>/dev/null; groupdel trial 2>/dev/null; iptables -w -D INPUT -j RAMPART-TRIAL; iptables -w -F RAMPART-TRIAL; iptables -w -X RAMPART-TRIAL',
  },
  {
    name: 'a setting of sshd that lets us in',
    touches: [`file:${DROP_IN}`, 'unit:ssh.service'],
    parts: [`echo 'MaxAuthTries 4' >${DROP_IN}`, 'systemctl reload ssh'],
    locksOut: false,
    isWhole: `grep -q MaxAuthTries ${DROP_IN}`,
    clean: `rm -f ${DROP_IN}; systemctl reload ssh`,
  },
]
