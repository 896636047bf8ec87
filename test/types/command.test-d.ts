import type { Command, Probe, Secret } from 'rampart'
import { read, run } from 'rampart'
import { expectTypeOf, test } from 'vitest'

declare const probe: Probe
declare const token: Secret

test('a check cannot write', () => {
  expectTypeOf(probe.ask).toBeCallableWith(read`cat /etc/hosts`)
  // @ts-expect-error a command that may write is not one that reads
  void probe.ask(run`rm -rf /tmp/x`)
  // @ts-expect-error nor does it become one by being spliced into a read
  void probe.ask(read`cat $(${run`mktemp`})`)
  // @ts-expect-error nor inside a list
  void probe.ask(read`cat ${['-n', run`mktemp`]}`)
  // @ts-expect-error nor with options
  void probe.ask(read({ timeout: 5 })`cat ${run`mktemp`}`)
  // @ts-expect-error a script in a string says nothing of what it does
  void probe.ask('cat /etc/hosts')
  // @ts-expect-error an object like a command is none
  void probe.ask({ script: 'cat /etc/hosts' })
  // @ts-expect-error a probe has no way to write
  probe.run
})

test('a write may hold both', () => {
  expectTypeOf(run`sh -c ${read`cat x`} ${run`rm x`} ${1} ${['a', 2]}`).toEqualTypeOf<Command<'write'>>()
  expectTypeOf(run({ stdin: token, ok: [0, 1] })`tctl create -f`).toEqualTypeOf<Command<'write'>>()
  expectTypeOf(read({ secret: true })`cat /etc/shadow`).toEqualTypeOf<Command<'read'>>()
})

test('a secret is no word of a command', () => {
  // @ts-expect-error every user of the host could read it there
  run`tailscale up --auth-key ${token}`
  // @ts-expect-error nor in a list
  run`tailscale up ${['--auth-key', token]}`
  // @ts-expect-error nor of a read
  read`grep ${token} /etc/x`
})

test('what is no word does not stand in a command', () => {
  // @ts-expect-error it would be the word undefined, or none
  run`rm -rf /srv/${undefined}`
  // @ts-expect-error
  run`rm -rf /srv/${null}`
  // @ts-expect-error
  run`systemctl enable ${true}`
  // @ts-expect-error
  run`echo ${{ a: 1 }}`
})

test('options are those that a command has', () => {
  // @ts-expect-error
  run({ timeuot: 5 })`true`
  // @ts-expect-error seconds are a number
  run({ timeout: '5' })`true`
  // @ts-expect-error
  run({ ok: 1 })`true`
})
