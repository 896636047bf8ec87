import type { Files, Mistake } from './mistaken.ts'
import { withList } from './mistaken.ts'

/** The inventory with these variables of the bastion, from line 6 on. */
const vars = (...lines: readonly string[]): Files => ({
  'inventory/hosts.yaml': `all:
  vars: { user: root, key: $KEY, known_hosts: $KNOWN }
  hosts:
    bastion:
      address: $BASTION
${lines.map(line => `      ${line}\n`).join('')}`,
})

/** A role with these variables, whose only task writes this. */
const role = (schema: string, content = 'vars.greeting', options = ''): Files => ({
  'roles/web/role.ts': `import { role, secret, z } from 'rampart'
import { file } from 'rampart/resources'
export default role({
  name: 'web', dir: import.meta.dirname, vars: z.object({ ${schema} }),
  tasks: ({ vars }) => [file({ path: '/etc/page', content: ${content} })],${options}
})
`,
})
const read = (what: string): Files => withList(`host => [first, file({ path: '/etc/x', content: ${what} })]`)
const page = (text: string): Files => ({ 'roles/web/templates/page.ejs': text })

/** Found before the first change. */
export const VARIABLES: readonly Mistake[] = [
  [
    'a name',
    vars('web: { greting: hi }'),
    [],
    'inventory/hosts.yaml:6:14: web has no "greting"\n  → Did you mean "greeting"?',
  ],
  [
    'a name in a block',
    vars('web:', '  port: 81', '  greting: hi'),
    [],
    'inventory/hosts.yaml:8:9: web has no "greting"\n  → Did you mean "greeting"?',
  ],
  [
    'a name in group_vars',
    { 'inventory/group_vars/all.yaml': 'web: { prot: 81 }\n' },
    [],
    'inventory/group_vars/all.yaml:1:8: web has no "prot"\n  → Did you mean "port"?',
  ],
  [
    'a name deep inside',
    { ...vars('web: { tls: { crt: x } }'), ...role('tls: z.object({ cert: z.string() })', 'vars.tls.cert') },
    [],
    'inventory/hosts.yaml:6:21: web.tls has no "crt"\n  → Did you mean "cert"?',
  ],
  [
    'the name of a role',
    vars('Web: { greeting: hi }'),
    [],
    'inventory/hosts.yaml:6:12: nobody reads Web of bastion: the role is called web\n  → Write web: { … }, or web: {} beside it if Web is something else.',
  ],
  [
    'a type',
    vars('web: { port: "80" }'),
    [],
    'inventory/hosts.yaml:6:20: web.port of bastion is "80": expected number, received string',
  ],
  [
    'a number out of range',
    { ...vars('web: { port: 0 }'), ...role('port: z.number().min(1)', 'String(vars.port)') },
    [],
    'inventory/hosts.yaml:6:20: web.port of bastion is 0: Too small: expected number to be >=1',
  ],
  [
    'a choice',
    { ...vars('web: { level: verbos }'), ...role("level: z.enum(['quiet', 'verbose'])", 'vars.level') },
    [],
    'inventory/hosts.yaml:6:21: web.level of bastion is "verbos": expected one of "quiet"|"verbose"',
  ],
  [
    'nothing',
    vars('web: { greeting: }'),
    [],
    'inventory/hosts.yaml:6:24: web.greeting of bastion is null: expected string, received null',
  ],
  [
    'no map',
    vars('web: hello'),
    [],
    `inventory/hosts.yaml:6:12: web of bastion is "hello", not a map of the role's variables\n  → Write web: { NAME: VALUE }.`,
  ],
  [
    'one that is required',
    role('greeting: z.string()'),
    [],
    'inventory/hosts.yaml:4:5: web.greeting of bastion is missing\n  → Set it in the inventory (web: { greeting: … }) or in the playbook, or with -e.',
  ],
  [
    'one that is required beside others',
    { ...vars('web: { port: 81 }'), ...role('greeting: z.string(), port: z.number()') },
    [],
    'inventory/hosts.yaml:6:12: web.greeting of bastion is missing\n  → Set it in the inventory (web: { greeting: … }) or in the playbook, or with -e.',
  ],
  [
    'one that the playbook does not give',
    { ...role('greeting: z.string(), port: z.number()'), ...withList('[first, web({ port: 81 })]') },
    [],
    'site.ts:6:9: web.greeting of bastion is missing\n  → Set it in the inventory (web: { greeting: … }) or in the playbook, or with -e.',
  ],
  [
    'a secret in plain words',
    { ...vars('web: { greeting: hunter22 }'), ...role('greeting: secret()') },
    [],
    'inventory/hosts.yaml:6:24: web.greeting of bastion is a plain string: expected a secret (!env, !file, !vault or new Secret(…))',
  ],
  [
    'a secret for what is told to everybody',
    vars('web: { greeting: !env NO_SUCH_SECRET }'),
    [],
    'inventory/hosts.yaml:6:29: web.greeting of bastion is a secret: expected string, received Secret\n  → Write the value itself: what takes this one does not keep it secret.',
  ],
  [
    'a secret that is not set',
    { ...vars('web: { greeting: !env NO_SUCH_SECRET }'), ...role('greeting: secret()') },
    [],
    'inventory/hosts.yaml:6:29: the environment variable NO_SUCH_SECRET is not set\n  → export NO_SUCH_SECRET=… before the run.',
  ],
  [
    "a secret's file that is not there",
    { ...vars('web: { greeting: !file ./nowhere }'), ...role('greeting: secret()') },
    [],
    "inventory/hosts.yaml:6:30: the secret's file inventory/nowhere cannot be read: there is no such file (ENOENT)\n  → A path after !file starts at the folder of the file that it stands in.",
  ],
  [
    'a secret of the playbook that is not set',
    { ...vars('token: !env NO_SUCH_SECRET'), ...read("host.vars.secret('token')") },
    [],
    'inventory/hosts.yaml:6:19: the environment variable NO_SUCH_SECRET is not set\n  → export NO_SUCH_SECRET=… before the run.',
  ],
  [
    'a sudo password that is not set',
    vars('user: admin', 'become: true', 'become_password: !env NO_SUCH_SECRET'),
    [],
    'inventory/hosts.yaml:8:29: the environment variable NO_SUCH_SECRET is not set\n  → export NO_SUCH_SECRET=… before the run.',
  ],
  [
    'a login password that is not set',
    vars('password: !env NO_SUCH_SECRET'),
    [],
    'inventory/hosts.yaml:6:22: the environment variable NO_SUCH_SECRET is not set\n  → export NO_SUCH_SECRET=… before the run.',
  ],
  [
    'a variable of the playbook',
    { ...vars('fdqn: x.lan'), ...read("host.vars.string('fqdn')") },
    [],
    'inventory/hosts.yaml:4:5: fqdn of bastion is missing\n  → Did you mean "fdqn"?',
  ],
  [
    'a variable that nobody sets',
    read("host.vars.string('fqdn')"),
    [],
    'inventory/hosts.yaml:4:5: fqdn of bastion is missing\n  → Set it under `vars` of one of its groups, on the host itself, or with -e.',
  ],
  [
    'the type of a variable of the playbook',
    { ...vars('count: "3"'), ...read("String(host.vars.number('count'))") },
    [],
    'inventory/hosts.yaml:6:14: count of bastion is "3", not a number\n  → Write it without quotes: 3.',
  ],
  [
    'a name in a template',
    page('<p>\n<%= greting %>\n'),
    [],
    'roles/web/templates/page.ejs:2: greting is not defined\n  → Did you mean "greeting"?',
  ],
  [
    'a property in a template',
    page('<p>\n  <%= greeting.nope %>\n'),
    [],
    'roles/web/templates/page.ejs:2:3: greeting.nope is undefined',
  ],
  [
    'what a template calls',
    page('<p>\n<%= greeting.join() %>\n'),
    [],
    'roles/web/templates/page.ejs:2: greeting.join is not a function',
  ],
  [
    'a template without an end',
    page('<p>\n<%= greeting\n'),
    [],
    'roles/web/templates/page.ejs:2:1: a <% has no %>',
  ],
  [
    'the JavaScript of a template',
    page('<p>\n<% if (greeting { %>\n'),
    [],
    "roles/web/templates/page.ejs:2: Unexpected token '{'",
  ],
  [
    'a list in a template',
    page('<%= [greeting] %>\n'),
    [],
    "roles/web/templates/page.ejs:1:1: [greeting] is a list\n  → Say how it is printed: <%= [greeting].join(', ') %>.",
  ],
  [
    'a template that is not there',
    { 'roles/web/templates/page.ejs': null, 'roles/web/templates/pages.ejs': '' },
    [],
    'roles/web/role.ts:10:40: there is no template templates/page.ejs in roles/web\n  → Did you mean "templates/pages.ejs"?',
  ],
  [
    'no templates',
    { 'roles/web/templates/page.ejs': null },
    [],
    'roles/web/role.ts:10:40: there is no template templates/page.ejs in roles/web\n  → There is no .ejs file in roles/web.',
  ],
  [
    'an included template',
    page('<%= include("foot.ejs") %>\n'),
    [],
    'roles/web/templates/page.ejs:1: there is no template foot.ejs in roles/web/templates\n  → There are: page.ejs.',
  ],
]
