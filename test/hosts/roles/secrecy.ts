import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { rampart } from '../../support/rampart.ts'
import type { RolesBench } from './bench.ts'

/** The one secret of these roles: the key of the web certificate. */
export function secrecy({ lab, args, inside }: RolesBench): void {
  test('the key of the certificate is in its file, and nowhere else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rampart-tls-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    for (const name of ['fullchain.pem', 'privkey.pem']) {
      const pem = await inside(
        'world',
        `cat /tmp/own-${name} 2>/dev/null || { cd /tmp && openssl req -x509 -newkey rsa:2048 -nodes -keyout own-privkey.pem -out own-fullchain.pem -days 30 -subj /CN=own -addext subjectAltName=DNS:teleport.lab.test 2>/dev/null; cat own-${name}; }`,
      )
      await writeFile(join(folder, name), `${pem}\n`, { mode: 0o600 })
    }
    const vars = `openresty: { tls_cert: /etc/ssl/private/own.pem, tls_key: /etc/ssl/private/own.key, certificate: !file ${folder}/fullchain.pem, certificate_key: !file ${folder}/privkey.pem }`
    const inventory = join(folder, 'inventory.yaml')
    const text = await readFile(lab.files.inventory, 'utf8')
    await writeFile(inventory, text.replace(/openresty: \{ tls_cert.*\}/, vars))
    const [, file, , ...rest] = await args()
    const all = ['run', String((await args())[0]), String(file), inventory, ...rest]
    const told = [await rampart([...all, '--check', '--diff', '-v']), await rampart([...all, '--json', '-v'])]
    expect(
      told.map(({ code }) => code),
      told[1]?.stdout,
    ).toEqual([2, 0])
    // Whole lines of it: one is enough to know it by.
    const [line = ''] = (await readFile(join(folder, 'privkey.pem'), 'utf8')).split('\n').slice(5)
    expect(line).toHaveLength(64)
    for (const { stdout, stderr } of told) expect(stdout + stderr).not.toContain(line.slice(0, 32))
    const found = await inside(
      'bastion',
      `grep -rlsF -e ${line} /etc /var /root /home /run /opt /tmp; journalctl -q --no-pager | grep -cF -e ${line}; stat -c %a /etc/ssl/private/own.key`,
    )
    expect(found).toBe('/etc/ssl/private/own.key\n0\n600')
  })
}
