import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Secret } from '../../src/model/secret.ts'
import { gitCheckout } from '../../src/resources/index.ts'
import { bench } from '../support/apply.ts'
import { useGit } from '../support/git.ts'
import type { Sshd } from '../support/sshd.ts'
import { startSshd } from '../support/sshd.ts'

const { place, far, git, head, upstream } = useGit()

test('a key stays in memory, and only known hosts are trusted', async () => {
  const sshd: Sshd = await startSshd()
  try {
    using host = bench(far())
    const from = upstream()
    const key = new Secret(readFileSync(sshd.key, 'utf8').trim())
    const dest = join(place(), 'app')
    const line = `[127.0.0.1]:${sshd.port} ${Object.values(sshd.hostKeys)[0]}`
    const repo = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${from.path}`
    const wanted = gitCheckout({ repo, dest, key, knownHosts: [line] })
    const drift = await host.converge(wanted)
    expect(head(dest)).toBe(from.second)
    expect(await host.converge(wanted)).toBeUndefined()
    expect(JSON.stringify([drift, host.asked])).not.toContain('PRIVATE')
    expect(readFileSync(join(dest, '.git/config'), 'utf8')).not.toContain('PRIVATE')
    await host.converge(gitCheckout({ repo, dest, key: sshd.key, knownHosts: [line], ref: 'v1' }))
    expect(head(dest)).toBe(from.first)

    const other = `[127.0.0.1]:${sshd.port} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f`
    await expect(
      gitCheckout({ repo, dest, key, knownHosts: [other] }).check(host.probe),
    ).rejects.toMatchObject({
      message: expect.stringContaining('does not answer') as string,
      hint: expect.stringContaining('knownHosts') as string,
    })
    const stranger = join(place(), 'id')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger])
    const refused = gitCheckout({
      repo,
      dest,
      key: new Secret(readFileSync(stranger, 'utf8')),
      knownHosts: [line],
    })
    await expect(refused.check(host.probe)).rejects.toThrow(/Permission denied/)
  } finally {
    await sshd.stop()
  }
})

test('a password goes to its address, and is kept nowhere', async () => {
  const from = upstream()
  git(from.path, 'update-server-info')
  const right = `Basic ${Buffer.from("me:it's $(poison)").toString('base64')}`
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    const path = join(from.path, '.git', pathname.replace(/^\/app/, ''))
    if (request.headers.authorization !== right) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    } else if (existsSync(path) && statSync(path).isFile()) response.end(readFileSync(path))
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    using host = bench(far())
    const repo = `http://127.0.0.1:${(server.address() as AddressInfo).port}/app`
    const dest = join(place(), 'app')
    const wanted = gitCheckout({ repo, dest, username: 'me', password: new Secret("it's $(poison)") })
    const drift = await host.converge(wanted)
    expect(head(dest)).toBe(from.second)
    expect(JSON.stringify([drift, host.asked])).not.toContain('poison')
    expect(readFileSync(join(dest, '.git/config'), 'utf8')).not.toContain('poison')
    await expect(
      gitCheckout({ repo, dest, password: new Secret('wrong') }).check(host.probe),
    ).rejects.toMatchObject({ hint: 'Give key or password: a Secret that the repository knows.' })
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
