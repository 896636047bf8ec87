import type { FileMode, Text } from 'rampart'
import { mode, role, Secret, secret, text, z } from 'rampart'
import { expectTypeOf, test } from 'vitest'

const hardening = role({
  name: 'ssh-hardening',
  dir: '/',
  vars: z.object({ port: z.number().default(22), allow_users: z.array(z.string()).default([]) }),
  tasks: ({ vars }) => {
    expectTypeOf(vars).toEqualTypeOf<Readonly<{ port: number; allow_users: string[] }>>()
    // @ts-expect-error variables are read, never written
    vars.port = 23
    // @ts-expect-error
    void vars.prot
    return []
  },
})

const agent = role({
  name: 'teleport-agent',
  dir: '/',
  vars: z.object({
    proxy_addr: z.string(),
    token: secret(),
    motd: text().optional(),
    mode: mode().default('0600'),
  }),
  tasks: ({ vars, facts, host, template }) => {
    expectTypeOf(vars.token).toEqualTypeOf<Secret>()
    expectTypeOf(vars.mode).toEqualTypeOf<FileMode>()
    expectTypeOf(template('templates/teleport.yaml.ejs', vars)).toEqualTypeOf<Text>()
    // @ts-expect-error secret text is not a string
    const content: string = template('x.ejs', vars)
    // @ts-expect-error facts are what was found
    facts.hostname = content
    // @ts-expect-error a variable has no type until it is read as one
    const fqdn: string = host.vars.read('teleport_fqdn')
    return [fqdn === '' && null]
  },
})

test('a role without required variables needs none', () => {
  hardening()
  hardening({})
  hardening({ port: 2222 }, { tags: ['ssh'], become: true })
})

test('a role asks for what has no default', () => {
  agent({ proxy_addr: 'a:443', token: new Secret('t') })
  // @ts-expect-error no token
  agent({ proxy_addr: 'a:443' })
  // @ts-expect-error nothing at all
  agent()
})

test('a variable has its name and its type', () => {
  // @ts-expect-error
  hardening({ prot: 2222 })
  // @ts-expect-error
  hardening({ port: '2222' })
  // @ts-expect-error a plain string is not a secret
  agent({ proxy_addr: 'a:443', token: 't' })
  agent({ proxy_addr: 'a:443', token: new Secret('t'), mode: '0640' })
  // @ts-expect-error
  agent({ proxy_addr: 'a:443', token: new Secret('t'), mode: '640' })
  // @ts-expect-error
  agent({ proxy_addr: 'a:443', token: new Secret('t'), mode: 640 })
})

test('a role has a name, a folder and a list', () => {
  // @ts-expect-error
  role({ name: 'x', tasks: () => [] })
  // @ts-expect-error
  role({ dir: '/', tasks: () => [] })
  // @ts-expect-error its list is known before the first look, so it cannot be waited for
  role({ name: 'x', dir: '/', tasks: async () => [] })
  // @ts-expect-error without variables of its own it takes none
  role({ name: 'x', dir: '/', tasks: () => [] })({ port: 1 })
})

test('a file mode is octal with its leading zero', () => {
  const good: readonly FileMode[] = ['0644', '0755', '01777']
  // @ts-expect-error
  const decimal: FileMode = '644'
  // @ts-expect-error
  const number: FileMode = 644
  // @ts-expect-error
  const symbolic: FileMode = 'u=rw'
  return [good, decimal, number, symbolic]
})

test('a secret is no string', () => {
  const token = new Secret('t')
  // @ts-expect-error
  const plain: string = token
  // @ts-expect-error it has no letters
  token.length
  return plain
})
