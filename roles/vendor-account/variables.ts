import { z } from 'rampart'

/** Who is in one of these is root, or nearly: docker(1) and lxc(1) mount what they like, `disk` reads what it likes. */
const PRIVILEGED: readonly string[] = [
  'root',
  'sudo',
  'wheel',
  'admin',
  'adm',
  'docker',
  'lxd',
  'incus-admin',
  'libvirt',
  'disk',
  'shadow',
  'ssh-admins',
]

const account = () =>
  z.string().regex(/^[a-z_][a-z0-9_-]{0,30}$/, 'expected the name of a user or group in small letters')

const path = () =>
  z
    .string()
    .regex(
      /^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/,
      'expected an absolute path of plain letters, digits, "_", "-" and "."',
    )

export const variables = z.object({
  name: account()
    .refine(name => name !== 'root', 'root is no vendor')
    .default('dev')
    .describe('the account, which Teleport logs in as'),
  uid: z
    .int()
    .min(1)
    .max(60_000)
    .optional()
    .describe('its number; not given: the next free one, or as it is'),
  comment: z
    .string()
    .regex(/^[^:\p{Cc}]*$/u, 'expected text without ":" and line breaks')
    .default('external vendor, by Teleport only')
    .describe('what it is for'),
  shell: path().default('/bin/bash').describe('what is started when it logs in'),
  home: path().optional().describe('its home; not given: `/home/` and its name'),
  groups: z
    .array(
      account().refine(
        group => !PRIVILEGED.includes(group),
        'its members are root, or nearly; a vendor cannot be one',
      ),
    )
    .default([])
    .describe(
      'its other groups, which must be there (`video`, `render` for GPUs); it is taken out of all others',
    ),
  sudo_commands: z
    .array(
      z
        .string()
        .regex(
          /^\/[^\s*?[\]!"\\\p{Cc}]+( [^\s*?[\]!"\\\p{Cc}]+)*$/u,
          'expected one whole command with its path and arguments, without wildcards, quotes and "!"',
        ),
    )
    .default([])
    .describe('what it may do as root, word for word: `/usr/bin/systemctl restart platform`'),
  allow_cron: z
    .boolean()
    .default(false)
    .describe('whether it may leave work behind in cron and at, which nobody records'),
})
