import { describe, expect, test } from 'vitest'
import type { RolesBench } from './bench.ts'
import { failures, tasks } from './bench.ts'
import { startPanel } from './panel.ts'
import { upgrade } from './upstream.ts'

/** The role openresty, over the wire. */
export function webAddress({ run, given, inside, converged }: RolesBench): void {
  describe('the web address', () => {
    const ours = 'curl -sS https://teleport.lab.test'

    test('sends everybody to https, and tells browsers to stay there', async () => {
      expect(
        await inside(
          'world',
          "curl -sS -o /dev/null -w '%{http_code} %{redirect_url}' http://teleport.lab.test/x?y",
        ),
      ).toBe('301 https://teleport.lab.test/x?y')
      expect(await inside('world', `${ours}/ -o /dev/null -D -`)).toMatch(
        /strict-transport-security: max-age=31536000/i,
      )
    })

    test.each(['websocket', 'alpn-ping', 'alpn'])('B18 a connection is upgraded: %s', async protocol => {
      const head = await inside('world', upgrade(protocol))
      expect(head).toMatch(/^HTTP\/1.1 101 /)
      expect(head).toContain(`X-Teleport-Upgrade: ${protocol}`)
    })

    test('B18 Teleport is told one address of the client, which the client cannot choose', async () => {
      const told = await inside(
        'world',
        `${ours}/ -H 'X-Forwarded-For: 6.6.6.6' -H 'X-Forwarded-Host: evil.example'`,
      )
      const headers = new Map(JSON.parse(told) as [string, string][])
      expect(headers.get('X-Forwarded-For')).toMatch(/^[\d.]+$|^[\da-f:]+$/)
      expect(headers.get('X-Forwarded-For')).not.toBe('6.6.6.6')
      expect(headers.get('X-Forwarded-Host')).toBe('teleport.lab.test')
      expect(headers.get('X-Forwarded-Proto')).toBe('https')
    })

    test('a renewed certificate is served after the next run', async () => {
      const served =
        'openssl s_client -connect 127.0.0.1:443 -servername teleport.lab.test </dev/null 2>/dev/null | openssl x509 -noout -subject'
      await inside(
        'bastion',
        'cd /etc/ssl/lab && cp -a . /root/lab-tls && openssl req -x509 -newkey rsa:2048 -nodes -keyout privkey.pem -out fullchain.pem -days 30 -subj /CN=renewed -addext subjectAltName=DNS:teleport.lab.test 2>/dev/null',
      )
      expect(tasks(await run(), 'changed')).toEqual(['bastion site in force'])
      expect(await inside('bastion', served)).toContain('renewed')
      await inside('bastion', 'cp -a /root/lab-tls/. /etc/ssl/lab')
      expect(tasks(await run(), 'changed')).toEqual(['bastion site in force'])
    })

    test('what the web server refuses never takes its place, and what another has is not taken', async () => {
      const sites = '/usr/local/openresty/nginx/conf/conf.d'
      const hash = `sha256sum ${sites}/teleport.conf; ls ${sites}`
      const before = await inside('bastion', hash)
      await inside('bastion', `echo 'nonsense;' >${sites}/broken.conf`)
      const refused = await given('openresty.hsts_seconds=300')
      expect(refused.code).toBe(3)
      expect(failures(refused)).toMatch(/unknown directive .*nonsense/)
      await inside('bastion', `rm ${sites}/broken.conf`)
      expect(await inside('bastion', hash)).toBe(before)
      await inside(
        'bastion',
        `echo 'server { listen 443 ssl; server_name a.test teleport.lab.test; }' >${sites}/zz.conf`,
      )
      const taken = await run()
      expect(taken.code).toBe(3)
      expect(failures(taken)).toContain('zz.conf has a site teleport.lab.test already, on port 443')
      await inside('bastion', `rm ${sites}/zz.conf`)
      await converged()
    })

    test('what its variables change is seen from outside', async () => {
      const vars = ['openresty.hsts_seconds=0', 'openresty.http_redirect=false', 'openresty.min_tls=1.3']
      expect(tasks(await given(...vars), 'changed')).toEqual(['bastion site'])
      expect(await inside('world', `${ours}/ -o /dev/null -D -`)).not.toMatch(/strict-transport/i)
      expect((await run()).code).toBe(0)
    })

    test("B19 beside 1Panel's settings, none of which is touched or counts here", async () => {
      await inside('bastion', startPanel)
      const theirs = 'cd /opt/1panel/www && sha256sum conf.d/00.default.conf conf.d/shop.conf'
      const before = await inside('bastion', theirs)
      const vars = [
        'openresty.flavor=1panel',
        'openresty.tls_cert=/www/sites/teleport.lab.test/ssl/fullchain.pem',
        'openresty.tls_key=/www/sites/teleport.lab.test/ssl/privkey.pem',
      ]
      const first = await given(...vars)
      expect(first.code, failures(first)).toBe(0)
      expect(tasks(first, 'changed')).toEqual(['bastion site'])
      await converged(...vars)
      expect(await inside('bastion', theirs)).toBe(before)
      expect(await inside('world', "curl -4 -sS -H 'Host: shop.lab.test' http://teleport.lab.test/")).toBe(
        'the shop',
      )
      expect(await inside('world', upgrade('websocket'))).toMatch(/^HTTP\/1.1 101 /)
      const told = await inside('world', `${ours}/ -H 'X-Forwarded-For: 6.6.6.6'`)
      expect(new Map(JSON.parse(told) as [string, string][]).get('X-Forwarded-For')).not.toContain('6.6.6.6')
      const old =
        "openssl s_client -connect 127.0.0.1:443 -servername teleport.lab.test -tls1_1 -cipher 'DEFAULT@SECLEVEL=0' </dev/null"
      expect(await inside('bastion', `${old} 2>&1; true`)).not.toMatch(/Cipher is (?!\(NONE\))/)
      await inside('bastion', 'docker rm -f 1Panel-openresty-x1Y2 && systemctl enable -q --now openresty')
    })
  })
}
