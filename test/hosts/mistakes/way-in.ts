import type { Env, Files, Mistake } from './mistaken.ts'

/** The bastion, reached in this way. */
const bastion = (said: string): Files => ({
  'inventory/hosts.yaml': `all:
  hosts:
    bastion: { address: $BASTION, ${said} }
`,
})
const KNOWN = 'known_hosts: $KNOWN'
const ROOT = `user: root, key: $KEY, ${KNOWN}`
const RUN = ['run', 'site.ts']

/** Keys that cannot be used: mistakes, found before anybody is dialled. */
export const KEYS: readonly Mistake[] = [
  [
    'a key that is not there',
    bastion(`key: ./id_nowhere, ${KNOWN}`),
    [],
    'inventory/hosts.yaml:3:43: the key ./inventory/id_nowhere cannot be read: no such file (ENOENT)\n  → Name an existing private key file that is yours.',
  ],
  [
    'the key of --key',
    {},
    [...RUN, '--key', 'id_nowhere'],
    '--key: the key ./id_nowhere cannot be read: no such file (ENOENT)\n  → Name an existing private key file that is yours.',
  ],
  [
    'a folder for a key',
    bastion(`key: ../inventory, ${KNOWN}`),
    [],
    'inventory/hosts.yaml:3:43: the key ./inventory cannot be read: it is a folder (EISDIR)\n  → Name an existing private key file that is yours.',
  ],
  [
    'a public key',
    bastion(`key: $KEY.pub, ${KNOWN}`),
    [],
    'inventory/hosts.yaml:3:43: the key $KEY.pub is a public key, and no agent has its private half\n  → Name the private key: $KEY, or load it into ssh-agent.',
  ],
  [
    'a key that all can read',
    bastion(`key: $OPEN, ${KNOWN}`),
    [],
    'inventory/hosts.yaml:3:43: the key $OPEN is open to others (mode 0644)\n  → chmod 600 $OPEN',
  ],
  [
    'no key at all',
    bastion(`key: ../site.ts, ${KNOWN}`),
    [],
    'inventory/hosts.yaml:3:43: the key ./site.ts is not a private key\n  → Name a file that `ssh-keygen -y -f FILE` can read.',
  ],
  [
    'an encrypted key',
    bastion(`key: $SEALED, ${KNOWN}`),
    [],
    'inventory/hosts.yaml:3:43: the key $SEALED is encrypted, and no passphrase was given\n  → Set RAMPART_KEY_PASSPHRASE, or load the key into ssh-agent with ssh-add.',
  ],
  [
    'a passphrase',
    bastion(`key: $SEALED, ${KNOWN}`),
    [],
    'inventory/hosts.yaml:3:43: the key $SEALED cannot be decrypted: the passphrase is wrong\n  → Check RAMPART_KEY_PASSPHRASE.',
    { RAMPART_KEY_PASSPHRASE: 'not this one' },
  ],
  [
    'the key of a jump host',
    {
      'inventory/hosts.yaml': `all:
  hosts:
    dgx01: { address: $BASTION, key: ./nothing, ${KNOWN} }
    bastion: { address: $NODE, via: dgx01, ${ROOT} }
`,
    },
    [],
    'inventory/hosts.yaml:3:41: the key ./inventory/nothing cannot be read: no such file (ENOENT)\n  → Name an existing private key file that is yours.',
  ],
]

/** A host that does not let us in is left out of the run, and said so. All that is said of it, and the exit code. */
export type Refused = readonly [
  what: string,
  files: Files,
  flags: readonly string[],
  env: Env,
  code: 3 | 4,
  shown: string,
]

export const REFUSED: readonly Refused[] = [
  [
    'an unknown host key',
    bastion('user: root, key: $KEY, known_hosts: ./none'),
    [],
    {},
    4,
    `refused           bastion
      the host key of bastion ($BASTION) is not known: it showed ssh-ed25519 SHA256:…
      → Compare it with what \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` prints on the host. If it is the same, run once with --accept-new, or add this line to ./inventory/none: $BASTION ssh-ed25519 …`,
  ],
  [
    'another host key',
    {
      ...bastion('user: root, key: $KEY, known_hosts: ./known'),
      'inventory/known': '# ours\n$BASTION $STRANGER\n',
    },
    [],
    {},
    4,
    `refused           bastion
      ./inventory/known:2: the host key of bastion ($BASTION) has changed: it showed ssh-ed25519 SHA256:…, known is ssh-ed25519 SHA256:…
      → Somebody may be in between. If the host was really set up anew: ssh-keygen -R $BASTION -f ./inventory/known`,
  ],
  [
    'a key that the host does not know',
    bastion(`user: dev, key: $KEY, ${KNOWN}`),
    [],
    {},
    4,
    `refused           bastion
      bastion ($BASTION) does not let dev in: tried the key $KEY; it takes publickey, password
      → Add the public key to dev's authorized_keys on the host, or name another key or user.`,
  ],
  [
    'a login password',
    bastion(`user: dev, ${KNOWN}`),
    ['-k'],
    { RAMPART_PASSWORD: 'not this one' },
    4,
    `refused           bastion
      bastion ($BASTION) does not let dev in: tried the password; it takes publickey, password
      → Check the user and the password, or name a key with \`key:\` or --key.`,
  ],
  [
    'a port where nobody listens',
    bastion(`port: 1, ${ROOT}`),
    [],
    {},
    4,
    `unreachable       bastion
      bastion ($BASTION:1) cannot be reached: connection refused (ECONNREFUSED)
      → Is its sshd running, and is the port right?`,
  ],
  [
    'a sudo password',
    bastion(`user: admin, key: $KEY, ${KNOWN}`),
    ['-b', '-K'],
    { RAMPART_BECOME_PASSWORD: 'not this one' },
    3,
    `refused           bastion
      cannot become root: sudo refused the password
      → Give the right one with --ask-become-pass or become_password. It was tried once.`,
  ],
  [
    'no sudo password',
    bastion(`user: admin, key: $KEY, ${KNOWN}`),
    ['-b'],
    {},
    3,
    `refused           bastion
      cannot become root: sudo wants a password and none was given
      → Give it with --ask-become-pass or become_password, or allow the user NOPASSWD in sudoers.`,
  ],
  [
    'no right to sudo',
    bastion(`user: dev, password: !env PASSWORD, become_password: !env PASSWORD, ${KNOWN}`),
    ['-b'],
    { PASSWORD: '$PASSWORD' },
    3,
    `refused           bastion
      cannot become root: sudo does not allow it to the login user
      → Allow it in sudoers, or connect as another user.`,
  ],
  [
    'a user to become',
    bastion(`become: nobdoy, ${ROOT}`),
    [],
    {},
    3,
    `refused           bastion
      cannot become nobdoy: there is no such user on this host
      → Create the user first, or correct \`become\`.`,
  ],
]
