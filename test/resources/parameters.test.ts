import { describe, expect, test } from 'vitest'
import { VariableError } from '../../src/model/error.ts'
import { z } from '../../src/model/schema.ts'
import * as resources from '../../src/resources/index.ts'
import { candidateOf } from '../../src/resources/parts/validation.ts'

const { authorizedKeys, command, directory, file, group, line, packages, service, user } = resources
const { archive, block, download, link, replace, tree } = resources
const all = {
  ...{ authorizedKeys, command, directory, file, group, line, packages, service, user },
  ...{ archive, block, download, link, replace, tree },
}

describe.each(Object.entries(all))('%s', (name, resource) => {
  test('is named for its kind, and says of each parameter what it is', () => {
    expect(resource.type.kind).toBe(name)
    for (const [parameter, schema] of Object.entries(resource.type.spec.shape)) {
      expect(z.globalRegistry.get(schema as z.ZodType)?.description, `${name}.${parameter}`).toMatch(
        /^\S.*[^.]$/,
      )
    }
  })

  test('refuses a parameter that it does not have', () => {
    const make = resource as (spec: unknown) => unknown
    expect(() => make({ nonsense: 1 })).toThrow(new RegExp(`^${name}\\({…}\\) has no "nonsense"`))
  })
})

const long = 'x'.repeat(256)
test.each<[() => unknown, string | RegExp]>([
  [
    () => file({ path: '/x', mode: '644' as never }),
    /^file\({…}\)\.mode is "644": expected an octal file mode/,
  ],
  [() => file({ path: '/x', mode: 420 as never }), /^file\({…}\)\.mode is 420: /],
  [() => file({} as never), 'file({…}).path is missing'],
  [
    () => file({ path: 'etc/motd' }),
    `file({…}).path is "etc/motd": expected an absolute path, such as '/etc/motd'`,
  ],
  [() => file({ path: '/' }), /expected a path below \//],
  [() => file({ path: '/a/../b' }), /without "\." and "\.\."/],
  [() => file({ path: '/a\0b' }), /cannot hold a NUL byte/],
  [() => file({ path: `/${long}` }), /at most 255 bytes/],
  [() => file({ path: `/${'中'.repeat(86)}` }), /at most 255 bytes/],
  [() => file({ path: '/x/'.repeat(3000) }), /at most 4095 bytes/],
  [() => file({ path: '/\ud800' }), /whole Unicode characters/],
  [() => file({ path: '/x', content: 5 as never }), /expected text, a Secret or a Uint8Array/],
  [() => file({ path: '/x', content: 'a', source: '/b' }), /give either content or source/],
  [() => file({ path: '/x', source: 'files/x' }), /expected an absolute path, such as join\(import/],
  [() => file({ path: '/x', state: 'touch', content: '' }), /a file that is "touch" takes none/],
  [() => file({ path: '/x', state: 'absent', mode: '0600' }), /an absent file has none/],
  [() => file({ path: '/x', validate: 'true %s' }), /only given content can be validated/],
  [() => file({ path: '/x', content: '', validate: 'true' }), /expected a command with %s/],
  [() => file({ path: '/x', content: '', validate: "true '%s'" }), /a word of its own without quotes/],
  [() => file({ path: '/x', content: '', validate: 'true x%s' }), /a word of its own without quotes/],
  [() => file({ path: '/x', owner: '' }), /expected a name, such as 'root', or a number/],
  [() => file({ path: '/x', owner: 'a:b' }), /expected a name/],
  [() => file({ path: '/x', owner: '-R' }), /expected a name/],
  [() => file({ path: '/x', owner: -1 }), /expected a name/],
  [() => directory({ path: '/x', recurse: {} }), /expected at least one of owner, group/],
  [() => directory({ path: '/x', recurse: { modes: '0644' } as never }), /has no "modes"/],
  [() => directory({ path: '/x', state: 'absent', owner: 'x' }), /an absent directory has none/],
  [() => line({ path: '/x' }), 'line({…}).line is missing'],
  [() => line({ path: '/x', line: 'a\nb' }), /expected one line, without its end/],
  [() => line({ path: '/x', line: 'a', regexp: '(' }), /expected a regular expression/],
  [
    () => line({ path: '/x', line: 'a', insertAfter: 'b', insertBefore: 'c' }),
    /either insertAfter or insertBefore/,
  ],
  [() => line({ path: '/x', line: 'a', backrefs: true }), /there is no regexp to refer back to/],
  [() => line({ path: '/x', line: 'a', regexp: 'b', backrefs: true, create: true }), /no file is made/],
  [() => line({ path: '/x', line: 'a', regexp: 'b', state: 'absent' }), /told by either line or regexp/],
  [() => group({ name: '1x' }), /expected a name of letters/],
  [() => group({ name: 'x'.repeat(33) }), /at most 32 long/],
  [() => group({ name: 'x', gid: 4_294_967_295 }), /gid is 4294967295/],
  [() => group({ name: 'x', state: 'absent', gid: 5 }), /an absent group has none/],
  [() => user({ name: 'x', password: 'plain' as never }), /password is a plain string: expected a secret/],
  [() => user({ name: 'x', comment: 'a:b' }), /without ":" and line breaks/],
  [() => user({ name: 'x', expires: '2027-02-30' }), /expected a day, such as '2027-01-31', or 'never'/],
  [() => user({ name: 'x', state: 'absent', shell: '/bin/sh' }), /an absent user has none/],
  [() => user({ name: 'x', remove: true }), /only for an absent user/],
])('%s is refused with its name and what was expected', (make, message) => {
  expect(make).toThrow(VariableError)
  expect(make).toThrow(message)
})

test('a candidate has one name, which is not too long', () => {
  expect(candidateOf('/etc/sudoers')).toMatch(/^\/etc\/\.sudoers\.rampart-[0-9a-f]{6}$/)
  expect(candidateOf('/etc/sudoers')).toBe(candidateOf('/etc/sudoers'))
  for (const name of [long.slice(1), '中'.repeat(85), '🦀'.repeat(63)]) {
    expect(Buffer.byteLength(candidateOf(`/x/${name}`).slice(3))).toBeLessThanOrEqual(255)
  }
})
