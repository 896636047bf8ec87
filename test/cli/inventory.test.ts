import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { rampart } from '../support/rampart.ts'

const folder = mkdtempSync(join(tmpdir(), 'rampart-inventory-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'hosts.yaml')
writeFileSync(
  file,
  `all:
  vars: { user: root, motd: all, token: !env TOKEN }
  hosts:
    bastion: { address: 127.0.0.1, port: 1 }
  children:
    dgx:
      vars: { via: bastion, motd: dgx }
      children: { b200: { hosts: { dgx01: { address: 10.0.0.11, motd: own } } } }
      hosts: { dgx02: {} }
`,
)
const inventory = (...args: readonly string[]) =>
  rampart(['inventory', '-i', file, ...args], { cwd: folder, env: { TOKEN: 'poison' } })
const facts = (...args: readonly string[]) => rampart(['facts', ...args, '-i', file])

describe('rampart inventory', () => {
  test('names the hosts, and how they are reached', async () => {
    const { code, stdout } = await inventory()
    expect(code).toBe(0)
    expect(
      stdout
        .split('\n')
        .map(line => line.trim().replaceAll(/ +/g, ' '))
        .slice(1, 4),
    ).toEqual(['bastion 127.0.0.1', 'dgx01 10.0.0.11 via bastion b200, dgx', 'dgx02 dgx02 via bastion dgx'])
  })

  test('--graph is the tree of its groups', async () => {
    const { stdout } = await inventory('--graph')
    expect(stdout).toBe('@all\n  bastion\n  @dgx\n    dgx02\n    @b200\n      dgx01\n')
  })

  test('--explain says who said what, and whom it won over', async () => {
    const { stdout } = await inventory('--host', 'dgx01', '--explain', '-e', 'motd=now')
    const lines = stdout.split('\n').map(line => line.trim().replaceAll(/ +/g, ' '))
    expect(lines).toContain('motd "now" --extra-vars -e motd')
    expect(lines).toContainEqual(expect.stringMatching(/^over "own" host .*hosts\.yaml:8:\d+$/))
    expect(lines).toContainEqual(expect.stringMatching(/^over "dgx" group dgx .*hosts\.yaml:7:\d+$/))
    expect(stdout).toMatch(/token +"\*\*\*" +group all/)
    expect(stdout).not.toContain('poison')
  })

  test('--json and --yaml say the same, without secrets', async () => {
    const [json, yaml] = await Promise.all([inventory('--json'), inventory('--yaml')])
    const data = JSON.parse(json.stdout)
    expect(parse(yaml.stdout)).toEqual(data)
    expect(data.hosts.dgx01).toMatchObject({ via: 'bastion', values: { motd: 'own', token: '***' } })
    expect(data.children).toMatchObject({ all: ['dgx'], dgx: ['b200'] })
  })

  test.each([
    [['--host', 'dgx1'], /no host dgx1\n.*Did you mean "dgx01"/],
    [['--explain'], /--explain is about one host/],
    [['--graph', '--yaml'], /exclude each other/],
  ])('%j is a mistake', async (args, message) => {
    expect(await inventory(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) })
  })
})

describe('rampart facts', () => {
  test('are text for people, and one JSON object a host for programs', async () => {
    const [text, json] = await Promise.all([
      facts('localhost'),
      facts('localhost', '--only', 'hostname,gpus', '--json'),
    ])
    expect(text.code).toBe(0)
    expect(text.stdout).toMatch(/^localhost\n {2}hostname +\S+\n {2}os +debian|ubuntu/)
    expect(JSON.parse(json.stdout)).toEqual({
      host: 'localhost',
      hostname: hostname(),
      gpus: expect.any(Object),
    })
  })

  test('a host that cannot be reached is told beside the others: exit code 4', async () => {
    const { code, stdout } = await facts('bastion', 'localhost', '--only', 'arch', '--json')
    const told = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(code).toBe(4)
    expect(told).toContainEqual({ host: 'localhost', arch: expect.any(String) })
    expect(told).toContainEqual({
      host: 'bastion',
      error: { name: 'HostUnreachable', message: expect.any(String) },
    })
  })

  test('a fact that there is none of is a mistake', async () => {
    expect(await facts('localhost', '--only', 'gpu')).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/there is no such fact[\s\S]*Did you mean "cpu"/) },
    })
  })
})
