import { writeFileSync } from 'node:fs'
import type { Algorithms, NegotiatedAlgorithms } from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostUnreachable } from '../../src/model/error.ts'
import { algorithms, isTruncatable, mismatches } from '../../src/transport/ssh/algorithms.ts'
import type { Offer } from '../../src/transport/ssh/kexinit.ts'
import { createListener, readGreeting } from '../../src/transport/ssh/kexinit.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { makeKey, routeTo, startSshd } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal, tryConnect } from '../support/try-ssh.ts'

let home: Home
beforeEach(() => {
  home = makeHome()
  makeKey(home.at('id'), 'ed25519')
})
afterEach(() => home.remove())

const none: Offer = { kex: [], hostKey: [], cipher: [], mac: [] }
const negotiated = (cipher: string, mac: string, back = [cipher, mac]): NegotiatedAlgorithms =>
  ({ cs: { cipher, mac }, sc: { cipher: back[0], mac: back[1] } }) as unknown as NegotiatedAlgorithms

describe('our offer', () => {
  const offer = algorithms(new Set())
  const all = Object.values(offer).flat().join(' ')

  test('has nothing that SHA-1, CBC or DSA is in', () => {
    expect(all).not.toMatch(/sha1|ssh-rsa|ssh-dss|-cbc|md5|arcfour|group1-/)
  })

  test('has the fast ones first', () => {
    expect(offer.cipher).toEqual(expect.arrayContaining(['chacha20-poly1305@openssh.com']))
    expect((offer.cipher as string[])[0]).toBe('aes128-gcm@openssh.com')
    expect((offer.kex as string[])[0]).toBe('curve25519-sha256')
  })

  test.each([
    [[], 'ssh-ed25519'],
    [['ssh-rsa'], 'rsa-sha2-512'],
    [['ecdsa-sha2-nistp384', 'ssh-rsa'], 'ecdsa-sha2-nistp384'],
    [['ssh-unknown'], 'ssh-ed25519'],
  ])('knowing %j, asks for %s first and for all others still', (known, first) => {
    const order = algorithms(new Set(known)).serverHostKey as string[]
    expect(order[0]).toBe(first)
    expect([...order].sort()).toEqual([...(offer.serverHostKey as string[])].sort())
  })
})

describe('Terrapin', () => {
  const strict: Offer = { ...none, kex: ['curve25519-sha256', 'kex-strict-s-v00@openssh.com'] }
  test.each([
    ['aes128-gcm@openssh.com', '', false],
    ['aes128-ctr', 'hmac-sha2-256', false],
    ['chacha20-poly1305@openssh.com', '', true],
    ['aes128-ctr', 'hmac-sha2-256-etm@openssh.com', true],
  ])('%s %s without strict key exchange: %s', (cipher, mac, answer) => {
    expect(isTruncatable(negotiated(cipher, mac), none)).toBe(answer)
    expect(isTruncatable(negotiated(cipher, mac), undefined)).toBe(answer)
    expect(isTruncatable(negotiated('aes128-gcm@openssh.com', '', [cipher, mac]), none)).toBe(answer)
    expect(isTruncatable(negotiated(cipher, mac), strict)).toBe(false)
  })

  // ssh2's server adds strict key exchange to the list that it is given; this list takes nothing.
  const kex = Object.assign(['curve25519-sha256'], {
    concat: () => ['curve25519-sha256'],
  }) as Algorithms['kex'] & {}
  const servers: readonly (readonly [string, Algorithms, boolean])[] = [
    ['ChaCha20', { cipher: ['chacha20-poly1305@openssh.com'] }, false],
    ['encrypt-then-MAC', { cipher: ['aes128-ctr'], hmac: ['hmac-sha2-256-etm@openssh.com'] }, false],
    ['AES-GCM', { cipher: ['aes256-gcm@openssh.com'] }, true],
    ['encrypt-and-MAC', { cipher: ['aes128-ctr'], hmac: ['hmac-sha2-256'] }, true],
  ]
  test.each(servers)('a server without it that wants %s', async (_, wants, isSafe) => {
    const server = await startSshServer({
      server: { algorithms: { kex, ...wants } },
      // It would find ours in our list.
      connection: client =>
        Object.assign((client as unknown as { _protocol: object })._protocol, { _strictMode: false }),
    })
    try {
      writeFileSync(home.at('known_hosts'), server.knownHosts)
      const to = routeTo({
        port: server.port,
        user: 'me',
        key: home.at('id'),
        knownHosts: home.at('known_hosts'),
      })
      if (isSafe) expect(await tryConnect(to, home.options)).toBe('127.0.0.1')
      else
        expect((await refusal(HostUnreachable, to, home.options)).message).toContain(
          'Terrapin (CVE-2023-48795)',
        )
      expect(server.offered.length > 0).toBe(isSafe)
      expect(server.connections).toBe(1)
    } finally {
      await server.close()
    }
  })
})

describe('a hardened sshd', () => {
  test.each([
    [['Ciphers chacha20-poly1305@openssh.com']],
    [['Ciphers aes256-ctr', 'MACs hmac-sha2-512-etm@openssh.com']],
    [['Ciphers aes256-gcm@openssh.com', 'KexAlgorithms diffie-hellman-group16-sha512']],
    [['HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com,ssh-ed25519']],
    [['KexAlgorithms curve25519-sha256@libssh.org', 'HostKeyAlgorithms ssh-ed25519', 'MaxSessions 1']],
  ])('with %j is logged in to', async config => {
    const sshd = await startSshd({ config, hostCertificate: true })
    try {
      expect(await tryConnect(routeTo(sshd), home.options)).toBe('127.0.0.1')
    } finally {
      await sshd.stop()
    }
  })

  test.each([
    [
      'KexAlgorithms sntrup761x25519-sha512@openssh.com',
      'no key exchange (it offers sntrup761x25519-sha512@openssh.com',
    ],
    ['MACs umac-128-etm@openssh.com\nCiphers aes128-ctr', 'no MAC (it offers umac-128-etm@openssh.com)'],
    ['Ciphers aes128-cbc', 'no cipher (it offers aes128-cbc)'],
    [
      'HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com',
      'no host key (it offers ssh-ed25519-cert-v01@openssh.com)',
    ],
  ])('with %s has nothing in common with us: one clear error, one connection', async (config, words) => {
    const sshd = await startSshd({ config: [config], hostCertificate: true })
    try {
      const error = await refusal(HostUnreachable, routeTo(sshd), home.options)
      expect(error.message).toContain(words)
      expect(error.hint).toContain('transport: openssh')
      expect(sshd.log().match(/Connection from/g)).toHaveLength(1)
    } finally {
      await sshd.stop()
    }
  })
})

describe("a server's first words", () => {
  /** A KEXINIT of these lists, as a packet. */
  const kexinit = (lists: readonly string[]): Buffer => {
    const body = lists.map(list => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(list.length)
      return Buffer.concat([length, Buffer.from(list)])
    })
    const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...body, Buffer.alloc(5)])
    const head = Buffer.alloc(5)
    head.writeUInt32BE(payload.length + 1 + 4)
    head[4] = 4
    return Buffer.concat([head, payload, Buffer.alloc(4)])
  }
  const lists = ['kex-a,kex-b', 'ssh-ed25519', 'c1', 'c2', 'm1', 'm2', 'none', 'none', '', '']
  const whole = Buffer.concat([
    Buffer.from('hello\r\nthere\nSSH-2.0-OpenSSH_9.2p1 Debian\r\n'),
    kexinit(lists),
  ])

  test('are read whole', () => {
    expect(readGreeting(whole)).toEqual({
      text: 'hello\nthere',
      software: 'OpenSSH_9.2p1 Debian',
      offer: { kex: ['kex-a', 'kex-b'], hostKey: ['ssh-ed25519'], cipher: ['c1'], mac: ['m1'] },
    })
  })

  test('come in pieces', () => {
    for (let cut = 0; cut < whole.length; cut++) {
      expect(readGreeting(whole.subarray(0, cut)).offer).toBeUndefined()
      const listener = createListener()
      for (const piece of [whole.subarray(0, cut), whole.subarray(cut)]) listener.add(piece)
      expect(listener.greeting()).toEqual(readGreeting(whole))
    }
  })

  test('are kept when more follows', () => {
    const listener = createListener()
    listener.add(whole)
    listener.add(Buffer.alloc(10_000_000, 'x'))
    expect(listener.greeting().offer?.kex).toEqual(['kex-a', 'kex-b'])
  })

  test('another packet first: there is no offer to trust', () => {
    const ignore = Buffer.concat([Buffer.from([0, 0, 0, 12, 10, 2, 0, 0, 0, 0]), Buffer.alloc(6)])
    const bytes = Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), ignore, kexinit(lists)])
    expect(readGreeting(bytes)).toEqual({ text: '', software: 'x', offer: undefined })
  })

  test.each([
    ['nothing', Buffer.alloc(0), ''],
    ['a word of farewell', Buffer.from('Exceeded MaxStartups\r\n'), 'Exceeded MaxStartups'],
    ['no newline', Buffer.from('Not allowed'), 'Not allowed'],
    [
      'lists longer than the packet',
      Buffer.concat([Buffer.from('SSH-2.0-x\n'), kexinit(['a']).fill(255, 22, 26)]),
      '',
    ],
  ])('%s', (_, bytes, text) => {
    expect(readGreeting(bytes)).toMatchObject({ text, offer: undefined })
  })

  test('name every kind of algorithm of which nothing matches', () => {
    const ours: Offer = {
      kex: ['curve25519-sha256'],
      hostKey: ['ssh-ed25519'],
      cipher: ['aes128-ctr'],
      mac: ['hmac-sha2-256'],
    }
    expect(mismatches(ours)).toEqual([])
    expect(
      mismatches({ ...ours, hostKey: ['ssh-ed25519-cert-v01@openssh.com'], mac: ['umac-64@openssh.com'] }),
    ).toEqual([
      'host key (it offers ssh-ed25519-cert-v01@openssh.com)',
      'MAC (it offers umac-64@openssh.com)',
    ])
  })
})
