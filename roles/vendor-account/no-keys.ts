import type { Plan, Probe, Touch } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'

/** Where sshd looks for a user's keys, as it comes and as the role ssh-hardening may set it. */
export function keyFiles(name: string, home: string): readonly Touch[] {
  return [
    `file:${home as `/${string}`}/.ssh/authorized_keys`,
    `file:${home as `/${string}`}/.ssh/authorized_keys2`,
    `file:/etc/ssh/authorized_keys.d/${name}`,
  ]
}

/**
 * That no key lets in as this user. Its home is its own, and whatever it makes of it, only files of these names in a
 * folder of that home are ever removed: find(1) follows no link of its.
 */
export function noKeys(name: string, home: string): { check(probe: Probe): Promise<Plan> } {
  const found = read`find ${home} /etc/ssh/authorized_keys.d -mindepth 1 -maxdepth 2 ${'('} \
-path ${`${home}/.ssh`} -type l -o \
-path ${`${home}/.ssh/authorized_keys`} ${'!'} -type d -o \
-path ${`${home}/.ssh/authorized_keys2`} ${'!'} -type d -o \
-path ${`/etc/ssh/authorized_keys.d/${name}`} ${'!'} -type d ${')'}`
  return {
    async check(probe) {
      const { stdout, stderr } = await probe.ask(read`${found} -print`)
      const unreadable = stderr.split('\n').find(line => line !== '' && !/No such file/.test(line))
      if (unreadable !== undefined)
        throw new CheckFailed(`the keys of ${name} cannot be looked for: ${unreadable}`, {
          hint: 'Set become: true on the play or the host.',
        })
      const files = stdout.split('\n').filter(line => line !== '')
      if (files.length === 0) return inSync()
      const changes = Object.fromEntries(files.map(file => [file, ['present', 'absent'] as const]))
      return drift({ kind: 'fields', changes }, [run({ ok: [0, 1] })`${found} -delete`])
    },
  }
}
