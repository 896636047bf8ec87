import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command } from '../../src/model/command.ts'
import { read, run } from '../../src/model/command.ts'
import { RampartError } from '../../src/model/error.ts'
import type { Resource } from '../../src/model/resource.ts'
import { Secret } from '../../src/model/secret.ts'
import type { HandlerNode } from '../../src/model/task.ts'
import {
  authorizedKeys,
  command,
  directory,
  file,
  group,
  line,
  packages,
  reload,
  restart,
  service,
  user,
} from '../../src/resources/index.ts'
import { bench, fars } from '../support/apply.ts'
import { CORPUS } from '../support/injection.ts'
import { bare, publicKey } from '../support/keys.ts'

/** Programs that would change this machine, replaced by ones that do nothing. */
const HARMLESS = [
  ...['useradd', 'usermod', 'userdel', 'groupadd', 'groupmod', 'groupdel', 'chpasswd', 'chown'],
  ...['apt-get', 'apt-mark', 'apt-cache', 'journalctl', 'sleep'],
]

let room: string
let key: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-injection-'))
  for (const tool of HARMLESS) writeFileSync(join(room, tool), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  // Its answer is of a unit that is stopped, so that every cure has steps.
  writeFileSync(
    join(room, 'systemctl'),
    '#!/bin/sh\necho ActiveState=inactive\necho UnitFileState=disabled\n',
    {
      mode: 0o755,
    },
  )
  writeFileSync(join(room, 'su'), '#!/bin/sh\nexec sh -c "$4"\n', { mode: 0o755 })
  key = publicKey('ed25519', 'x')
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A folder with a full file in it. */
function place(): string {
  const folder = mkdtempSync(join(room, `${count++}-`))
  writeFileSync(join(folder, 'full'), 'one\ntwo\n')
  return folder
}
const full = (): string => join(place(), 'full')

const everywhere: Record<string, (evil: string) => Resource> = {
  'file.path': evil => file({ path: join(place(), evil), content: 'x', validate: 'test -e %s' }),
  'file.path, which is there': evil =>
    file({ path: join(existing(evil), evil), content: 'x', owner: 1, mode: '0600' }),
  'file.path, which is to go': evil => file({ path: join(existing(evil), evil), state: 'absent' }),
  'file.path, empty': evil => file({ path: join(place(), evil), state: 'touch' }),
  'file.content': evil => file({ path: full(), content: evil }),
  'file.content, secret': evil => file({ path: full(), content: new Secret(evil) }),
  'file.source': evil => file({ path: full(), source: join(existing(evil), evil) }),
  'file.owner': evil => file({ path: full(), owner: evil }),
  'file.group': evil => file({ path: full(), group: evil }),
  'directory.path': evil => directory({ path: join(place(), evil, evil), owner: 1 }),
  'directory.owner': evil => directory({ path: place(), owner: evil }),
  'directory.recurse': evil => directory({ path: place(), recurse: { owner: evil, group: evil } }),
  'line.path': evil => line({ path: join(existing(evil), evil), line: 'x', validate: 'test -e %s' }),
  'line.line': evil => line({ path: full(), line: evil.replaceAll(/[\r\n]/g, ' ') }),
  'line.regexp': evil => line({ path: full(), line: 'x', regexp: evil.replaceAll(/[[\](){}*+?|]/g, '.') }),
  'line.insertAfter': evil => line({ path: full(), line: 'x', insertAfter: evil.replaceAll(/[\r\n]/g, ' ') }),
  'packages.names': evil => packages({ names: [evil] }),
  'packages version': evil => packages({ names: [`bash=${evil}`] }),
  'service.unit': evil => service({ unit: evil }),
  'group.name': evil => group({ name: evil }),
  'user.name': evil => user({ name: evil }),
  'user.group': evil => user({ name: 'rampart-t-evil', group: evil }),
  'user.groups': evil => user({ name: 'rampart-t-evil', groups: [evil] }),
  'user.shell': evil => user({ name: 'rampart-t-evil', shell: `/bin/${evil}` }),
  'user.home': evil => user({ name: 'rampart-t-evil', home: `/home/${evil}` }),
  'user.home, which is missing': evil =>
    user({ name: 'daemon', home: join(place(), evil), createHome: true }),
  'user.comment': evil => user({ name: 'rampart-t-evil', comment: evil }),
  'user.password': evil => user({ name: 'rampart-t-evil', password: new Secret(evil) }),
  'authorizedKeys.user': evil => authorizedKeys({ user: evil, keys: [key], path: full() }),
  'authorizedKeys.keys': evil =>
    authorizedKeys({ user: 'daemon', keys: [`${bare(key)} ${evil}`], path: full() }),
  'authorizedKeys.options': evil =>
    authorizedKeys({
      user: 'daemon',
      keys: [{ key, options: [`command="${evil.replaceAll('"', '\\"')}"`] }],
      path: full(),
    }),
  'authorizedKeys.comment': evil =>
    authorizedKeys({ user: 'daemon', keys: [{ key, comment: evil }], path: full() }),
  'authorizedKeys.path': evil => authorizedKeys({ user: 'daemon', keys: [key], path: join(place(), evil) }),
  'command.run': evil => command({ run: ['true', evil, '--', evil], always: true }),
  'command.run, a program': evil => command({ run: [evil], always: true }),
  'command.run, in a tag': evil =>
    command({ run: run`: ${evil} ${[evil, evil]}`, unless: read`test -e /${evil}` }),
  'command.creates': evil => command({ run: run`true`, creates: join(place(), evil) }),
  'command.removes': evil => command({ run: run`true`, removes: join(existing(evil), evil) }),
  'command.cwd': evil => command({ run: run`true`, always: true, cwd: existing(evil, true) }),
  'command.env': evil => command({ run: run`true`, always: true, env: { X: evil } }),
  'command.env and user': evil => command({ run: run`true`, always: true, env: { X: evil }, user: 'daemon' }),
  'command.stdin': evil => command({ run: run`cat`, always: true, stdin: evil }),
}

/** A folder with something of that name in it, if a file can have it. */
function existing(name: string, isFolder = false): string {
  const folder = place()
  if (isFolder) return folder
  writeFileSync(join(folder, name), 'one\n')
  return folder
}

/** Refused as a parameter, refused by the check, or run to whatever end: all is fine but a canary. */
test.each(Object.entries(everywhere))('%s stays a value', { timeout: 60_000 }, async (_, make) => {
  const canary = join(room, 'canary')
  const env = { ...process.env, PATH: `${room}:${process.env['PATH']}`, CANARY: canary }
  for (const far of [fars.dash, fars.bash]) {
    using host = bench({ ...far, env })
    const checks = CORPUS.map(async evil => make(evil).check(host.probe))
    const plans = await Promise.allSettled(checks)
    for (const [i, plan] of plans.entries()) {
      if (plan.status === 'rejected' && !RampartError.is(plan.reason)) throw plan.reason
      // Each is carried out by one of the shells.
      const isOurs = (i % 2 === 0) === (far === fars.dash)
      if (isOurs && plan.status === 'fulfilled' && plan.value.status === 'drift')
        await host.apply(plan.value.cure)
      expect(existsSync(canary), JSON.stringify(CORPUS[i])).toBe(false)
    }
  }
})

test('what the handlers name stays a value', async () => {
  const canary = join(room, 'canary')
  using host = bench({
    ...fars.dash,
    env: { ...process.env, PATH: `${room}:${process.env['PATH']}`, CANARY: canary },
  })
  for (const evil of CORPUS) {
    for (const make of [reload, restart]) expect(() => make(evil)).toThrow(/expected the name of a unit/)
  }
  await host.apply((restart('x\\x2d') as HandlerNode).cure as readonly [Command])
  expect(existsSync(canary)).toBe(false)
})

test('the corpus would be noticed', async () => {
  const caught = await Promise.all(
    CORPUS.map(async (evil, i) => {
      const canary = join(room, `caught-${i}`)
      using host = bench({ ...fars.bash, env: { ...process.env, CANARY: canary } })
      const wrappers = [
        `: ${evil}`,
        `: "${evil}"`,
        `: '${evil}'`,
        `( : ${evil} )`,
        `{ : ${evil} }`,
        `case x in x) : ${evil} esac`,
      ]
      for (const script of wrappers) await host.apply([{ script } as Command])
      await host.apply([{ script: `echo $((${evil}))` } as Command])
      return existsSync(canary)
    }),
  )
  // The rest is for a shell or a tool that stands elsewhere in its sentence.
  expect(caught.filter(Boolean)).toHaveLength(14)
})
