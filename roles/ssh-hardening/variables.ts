import { z } from 'rampart'

const name = () => z.string().regex(/^[a-z_][a-z0-9_-]*\$?$/i, 'expected the name of a user or group')
const word = () => z.string().regex(/^[^\s#"]+$/, 'expected one word, without spaces, quotes or #')
const seconds = () => z.int().min(0).max(86_400)
/** Names of algorithms; those that the host's sshd does not know are left out. */
const algorithms = (...names: readonly string[]) =>
  z
    .array(word())
    .min(1)
    .default([...names])

/** An ed25519 or sk-ed25519 key by default: short, fast, and nothing to get wrong. */
export const variables = z.object({
  permit_root: z
    .enum(['prohibit-password', 'no'])
    .default('prohibit-password')
    .describe('whether root may log in by key; `no` needs another user with sudo'),
  allow_groups: z
    .array(name())
    .min(1)
    .default(['ssh-admins'])
    .describe('who may log in at all: members of these groups'),
  admins: z.array(name()).default(['root']).describe('who is made a member of the first of `allow_groups`'),
  allow_users: z
    .array(word())
    .default([])
    .describe('and, if given, only these: `root@10.20.0.0/24`; both lists must allow a user'),
  deny_users: z
    .array(name())
    .default(['dev'])
    .describe('who may never log in here: the vendors, who come through Teleport'),
  admin_keys: z
    .array(z.object({ user: name(), key: z.string(), options: z.string().optional() }))
    .default([])
    .describe('public keys of administrators: the user, the key line, and authorized_keys options'),
  exclusive_keys: z.boolean().default(false).describe('remove every other key of the users in `admin_keys`'),
  root_owned_keys: z
    .boolean()
    .default(false)
    .describe('keys only in /etc/ssh/authorized_keys.d, which no user can write to'),
  max_auth_tries: z.int().min(1).max(10).default(3).describe('failed tries of one connection'),
  max_sessions: z.int().min(1).max(100).default(10).describe('shells and subsystems of one connection'),
  max_startups: z
    .string()
    .regex(/^\d+:\d+:\d+$/, "expected start:rate:full, such as '10:30:60'")
    .default('10:30:60')
    .describe('connections that have not logged in yet: start:rate:full'),
  login_grace_time: seconds().default(30).describe('seconds to log in'),
  client_alive_interval: seconds()
    .default(300)
    .describe('seconds of silence after which a client is asked for a sign of life'),
  client_alive_count_max: z
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('unanswered signs of life before it is dropped'),
  tcp_forwarding: z
    .enum(['no', 'local', 'yes'])
    .default('no')
    .describe('`local` on a bastion: ssh -J through it opens a connection from it'),
  permit_open: z.array(word()).default([]).describe('where forwarded connections may go: `10.20.0.11:22`'),
  host_key_algorithms: algorithms(
    'ssh-ed25519-cert-v01@openssh.com',
    'ssh-ed25519',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ).describe('host keys that are offered'),
  pubkey_algorithms: algorithms(
    'ssh-ed25519-cert-v01@openssh.com',
    'ssh-ed25519',
    'sk-ssh-ed25519-cert-v01@openssh.com',
    'sk-ssh-ed25519@openssh.com',
  ).describe('keys that users may log in with'),
  kex: algorithms(
    'mlkem768x25519-sha256',
    'sntrup761x25519-sha512',
    'sntrup761x25519-sha512@openssh.com',
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ).describe('key exchanges'),
  ciphers: algorithms(
    'chacha20-poly1305@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-gcm@openssh.com',
    'aes256-ctr',
  ).describe('ciphers'),
  macs: algorithms(
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256-etm@openssh.com',
    'umac-128-etm@openssh.com',
  ).describe('message authentication codes'),
  required_rsa_size: z
    .int()
    .min(0)
    .max(16_384)
    .default(3072)
    .describe('least bits of an RSA key (OpenSSH 9.1 and newer)'),
})

export type Variables = Readonly<z.output<typeof variables>>
