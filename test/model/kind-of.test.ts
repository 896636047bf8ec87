import { expect, test } from 'vitest'
import { flushHandlers, handler, play, playbook, role, run } from '../../src/index.ts'
import { kindOf } from '../../src/model/kind-of.ts'
import { file } from '../../src/resources/index.ts'

test.each<[unknown, string]>([
  [undefined, 'nothing'],
  [null, 'nothing'],
  [[1], 'a list'],
  ['nginx', 'the text "nginx"'],
  [3, 'a number'],
  [true, 'a boolean'],
  [() => 1, 'a function'],
  [file, 'the function file'],
  [role({ name: 'web', dir: '', tasks: () => [] }), 'the role web'],
  [role({ name: 'web', dir: '', tasks: () => [] })(), 'the role "web"'],
  [file({ path: '/etc/motd', content: '' }), 'the resource file /etc/motd'],
  [run`true`, 'a command'],
  [handler('h', run`true`), 'the handler "h"'],
  [play('p', { hosts: 'all' }, []), 'the play "p"'],
  [playbook(), 'a playbook'],
  [Promise.resolve(), 'a promise'],
  [flushHandlers(), 'an object'],
  [{}, 'an object'],
])('%o is %s', (value, words) => {
  expect(kindOf(value)).toBe(words)
})
