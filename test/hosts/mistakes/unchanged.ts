import type { TestLab } from '../lab.ts'

/** What a login leaves on a host by itself, rampart or not. */
const LOGIN = ['/var/log/*', '/var/lib/lastlog/*', '/var/lib/sudo/*', '/var/lib/systemd/*']

/** Remembers a host as it is now. */
export const mark = (lab: TestLab, host: string): Promise<unknown> => lab.inside(host, 'touch /mark')

/** What has been changed on a host's disk since then, one path a line; empty: nothing. Its locks are in memory. */
export async function changed(lab: TestLab, host: string): Promise<string> {
  const but = LOGIN.map(path => `! -path '${path}'`).join(' ')
  const { stdout } = await lab.inside(
    host,
    `find / -xdev -cnewer /mark ! -type d ${but}; ls -d /var/lib/rampart`,
  )
  return stdout
}
