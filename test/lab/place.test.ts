import { expect, test } from 'vitest'
import { lab } from '../../src/lab/place.ts'

test('the lab without a name is rampart, in .lab', () => {
  const { name, folder, files } = lab({ cwd: '/home/me' })
  expect({ name, folder }).toEqual({ name: 'rampart', folder: '/home/me/.lab' })
  expect(files).toEqual({
    inventory: '/home/me/.lab/inventory.yaml',
    key: '/home/me/.lab/key',
    publicKey: '/home/me/.lab/key.pub',
    knownHosts: '/home/me/.lab/known_hosts',
    sshConfig: '/home/me/.lab/ssh_config',
    password: '/home/me/.lab/password',
    ca: '/home/me/.lab/ca.crt',
    tailscaleKey: '/home/me/.lab/tailscale-auth-key',
    ignore: '/home/me/.lab/.gitignore',
  })
})

test('a lab with a name is in a folder of its own', () => {
  expect(lab({ name: 'two', cwd: '/home/me' })).toMatchObject({ name: 'two', folder: '/home/me/.lab/two' })
})

test.each(['', 'Two', '2nd', 'a b', '../up', 'a/b', 'a.b', 'x'.repeat(31), 'key', 'password'])(
  'a lab cannot be called %j',
  name => {
    expect(() => lab({ name })).toThrow(`a lab cannot be called ${JSON.stringify(name)}`)
  },
)
