import { describe, expect, test } from 'vitest'
import type { RolesBench } from './bench.ts'
import { upgrade } from './upstream.ts'

/** The role forward-proxy, as nodes and strangers find it. */
export function wayOut({ lab, inside }: RolesBench): void {
  describe('the way out', () => {
    const connect = (to: string, host = 'dgx01', proxy = 'http://172.31') =>
      lab.inside(
        host,
        `proxy=${proxy === 'http://172.31' ? '$(grep -om1 "http://[0-9.:]*" /etc/apt/apt.conf.d/95rampart-proxy)' : proxy}; curl -sS -x "$proxy" -o /dev/null -w '%{http_connect}' --max-time 10 ${to}`,
      )

    test('nodes reach what is named by it: their packages, and the cluster', async () => {
      expect((await connect('https://pkgs.tailscale.com/')).stdout).toBe('200')
      expect((await connect('https://teleport.lab.test/')).stdout).toBe('200')
      const proxy = await inside('dgx01', 'grep -om1 "http://[0-9.:]*" /etc/apt/apt.conf.d/95rampart-proxy')
      expect(await inside('dgx01', upgrade('alpn-ping', `--proxy ${proxy}`))).toContain(
        '101 Switching Protocols',
      )
      await inside('dgx01', 'apt-get -qq update')
    })

    test.each([
      ["the bastion's own ports", 'https://127.0.0.1:22/'],
      ['Teleport past its web server', 'https://127.0.0.1:3080/'],
      ['another port', 'https://pkgs.tailscale.com:22/'],
      ['a name that is not listed', 'https://evil.example/'],
    ])('B23 it refuses %s', async (_, to) => {
      expect((await connect(to)).stdout).toBe('403')
    })

    test('B22 it listens in the nodes’ network alone, which is there without Tailscale', async () => {
      const listens = await inside('bastion', "ss -Hltnp | awk '/tinyproxy/ { print $4 }'")
      expect(listens).toMatch(/^172\.\d+\.\d+\.10:8888$/)
      expect(
        (await connect('https://pkgs.tailscale.com/', 'world', 'http://teleport.lab.test:8888')).code,
      ).toBe(7)
    })
  })
}
