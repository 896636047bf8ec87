/** Files by name. */
export type Files = Readonly<Record<string, string>>

/** A role's file. */
export const ROLE = `import { role } from 'rampart'
export default role({ name: 'web', dir: import.meta.dirname, tasks: () => [] })
`

const TYPE_ONLY =
  'Write a const object for an enum, a module for a namespace, a field for a parameter property, x as T for <T>x.'
const EXAMPLE = "export default playbook(play('…', { hosts: '…' }, […]))"

/** Whoever loads `site.ts` of these files reads this, with their folder as `.`. */
export const MISTAKES: readonly (readonly [what: string, files: Files, shown: string])[] = [
  ['no such file', { 'stie.ts': '' }, 'there is no file ./site.ts\n  Did you mean "stie.ts"?'],
  [
    'nothing like it',
    { 'roles/a.yaml': '', 'deploy.ts': '' },
    'there is no file ./site.ts\n  There are: deploy.ts.',
  ],
  ['a folder', { 'site.ts/x.ts': '' }, './site.ts is a folder\n  Name a file of it.'],
  [
    'a syntax error',
    { 'site.ts': 'const a: number = 1\nconst b: = 2\n' },
    './site.ts:2:10: Unexpected token `=`',
  ],
  [
    'a syntax error in what it imports',
    { 'site.ts': "import './roles/web/role.ts'\n", 'roles/web/role.ts': '\n  const s = "\n' },
    './roles/web/role.ts:2:13: Unterminated string constant',
  ],
  [
    'a mistake that V8 finds, after TypeScript was stripped',
    {
      'site.ts':
        "import {\n  play,\n  playbook } from 'rampart'\nimport './vars.ts'\nexport default playbook(play('', { hosts: '' }, []))",
      'vars.ts':
        "import { z } from 'rampart'\nexport const here: string = import.meta.dirname\nexport { z }\nexport default await Promise.resolve({})\n  const here = 1\n",
    },
    "./vars.ts:5:9: Identifier 'here' has already been declared",
  ],
  [
    'an enum',
    { 'site.ts': 'const a = 1\nenum Colour { Red }\n' },
    `./site.ts:2:1: TypeScript enum is more than types, and nothing is compiled here\n  ${TYPE_ONLY}`,
  ],
  [
    'a parameter property in what it imports',
    { 'site.ts': "import './a.mts'", 'a.mts': 'class A { constructor(readonly b: string) {} }' },
    `./a.mts:1:32: TypeScript parameter property is more than types, and nothing is compiled here\n  ${TYPE_ONLY}`,
  ],
  [
    'an import of a file that is not there',
    { 'site.ts': "import a from './roles/ngnix/role.ts'", 'roles/nginx/role.ts': '' },
    './site.ts:1:15: there is no file ./roles/ngnix/role.ts\n  Did you mean "nginx"?',
  ],
  [
    'an import of a file that is not there, in what it imports',
    { 'site.ts': "import './a/b.ts'", 'a/b.ts': "\n\nexport * from '../c.ts'", 'd.ts': '' },
    './a/b.ts:3:15: there is no file ./c.ts\n  Did you mean "d.ts"?',
  ],
  [
    'an import without its ending',
    { 'site.ts': "import web from './role'", 'role.ts': '' },
    './site.ts:1:17: there is no file ./role\n  Did you mean "role.ts"?',
  ],
  [
    'an import of .js for .ts',
    { 'site.ts': "import web from './role.js'", 'role.ts': '' },
    './site.ts:1:17: there is no file ./role.js\n  Did you mean "role.ts"?',
  ],
  [
    'an import of a folder',
    { 'site.ts': "import web from './web'", 'web/role.ts': '' },
    './site.ts:1:17: ./web is a folder\n  Import a file of it by its whole name.',
  ],
  [
    'an import of a file as of a package',
    { 'site.ts': "import web from 'role.ts'", 'role.ts': '' },
    './site.ts:1:17: there is no package "role.ts"\n  For the file beside it write \'./role.ts\'.',
  ],
  [
    'an import of a package that is not installed',
    { 'site.ts': "import { x } from '@fleet/web/role'" },
    './site.ts:1:19: there is no package "@fleet/web/role"\n  Install it where the playbook is: npm install @fleet/web',
  ],
  [
    'an import of what a package does not offer',
    {
      'site.ts': "import x from 'web/role.ts'",
      'node_modules/web/package.json': '{"name":"web","exports":{".":"./a.js"}}',
    },
    './site.ts:1:15: its package has no entry "web/role.ts"',
  ],
  [
    'rampart misspelt',
    { 'site.ts': "import { play } from 'rampart/resource'" },
    './site.ts:1:22: there is no package "rampart/resource"\n  Did you mean "rampart/resources"?',
  ],
  [
    'a name that rampart does not have',
    { 'site.ts': "import { play, plabook } from 'rampart'" },
    './site.ts:1:16: "rampart" exports no plabook\n  Did you mean "playbook"?',
  ],
  [
    'a type imported as a value',
    { 'site.ts': "import { HostVars } from 'rampart'" },
    './site.ts:1:10: "rampart" exports no HostVars\n  If HostVars is a type, import it as one: import type { HostVars }',
  ],
  [
    'rampart by default',
    { 'site.ts': "import rampart from 'rampart'" },
    './site.ts:1:8: "rampart" exports nothing by default\n  Import what you need by name: import { … } from "rampart"',
  ],
  [
    'a name that a role does not have',
    { 'site.ts': "import { web } from './web.ts'", 'web.ts': 'export const wbe = 1' },
    './site.ts:1:10: "./web.ts" exports no web\n  If web is a type, import it as one: import type { web }',
  ],
  [
    'an import of YAML',
    { 'site.ts': "import vars from './vars.yaml'", 'vars.yaml': '' },
    './site.ts:1:18: Unknown file extension ".yaml" for ./vars.yaml',
  ],
  [
    'an import of JSON without its attribute',
    { 'site.ts': "import './a.ts'", 'a.ts': "\nimport vars from './vars.json'", 'vars.json': '{}' },
    "./a.ts:2:18: ./vars.json is JSON\n  Add to the import: with { type: 'json' }",
  ],
  [
    'an import from the network',
    { 'site.ts': "import 'http://example.com/role.ts'" },
    './site.ts:1:8: http: cannot be imported\n  Fetch it, and import the file.',
  ],
  [
    'a throw while it is loaded',
    { 'site.ts': "import { play } from 'rampart'\nconst port: number = 22\nthrow new Error(`no ${port}`)\n" },
    './site.ts:3:7: no 22',
  ],
  [
    'a throw in what it imports',
    {
      'site.ts': "import { port } from './vars.ts'",
      'vars.ts': '\nexport const port: number = undefinedName.port',
    },
    './vars.ts:2:29: undefinedName is not defined',
  ],
  [
    "a mistake that rampart finds, by the user's line",
    { 'site.ts': "import { run } from 'rampart'\n\nconst a = () => run`echo ${'\\0'}`\na()\n" },
    "./site.ts:3:20: a word of a command holds a NUL byte\n  Pass binary data as stdin or as a file's content.",
  ],
  ['a throw of no error', { 'site.ts': 'throw { a: 1 }' }, './site.ts: it throws { a: 1 }'],
  [
    'nothing exported',
    { 'site.ts': '' },
    `./site.ts: site.ts exports nothing by default\n  Write: ${EXAMPLE}`,
  ],
  [
    'the playbook exported by a name',
    { 'site.ts': "import { playbook } from 'rampart'\nexport const fleet = playbook()" },
    './site.ts: site.ts exports nothing by default\n  It exports the playbook as fleet: export default fleet',
  ],
  [
    'a play',
    { 'site.ts': "import { play } from 'rampart'\nexport default play('web', { hosts: 'all' }, [])" },
    './site.ts:2:1: site.ts exports the play "web", not a playbook\n  Wrap it: export default playbook(play(…))',
  ],
  [
    'a role',
    { 'site.ts': ROLE },
    `./site.ts:2:1: site.ts exports the role web, not a playbook\n  Write: ${EXAMPLE}`,
  ],
  [
    'a resource',
    {
      'site.ts':
        "import { file } from 'rampart/resources'\nexport default file({ path: '/etc/motd', content: '' })",
    },
    `./site.ts:2:1: site.ts exports the resource file /etc/motd, not a playbook\n  Write: ${EXAMPLE}`,
  ],
  [
    'a list',
    { 'site.ts': 'export default []' },
    `./site.ts:1:1: site.ts exports a list, not a playbook\n  Write: ${EXAMPLE}`,
  ],
  [
    'a function',
    { 'site.ts': 'export default () => 1' },
    `./site.ts:1:1: site.ts exports a function, not a playbook\n  Write: ${EXAMPLE}`,
  ],
  [
    'a number',
    { 'site.ts': 'const a = 1\nexport { a as default }' },
    `./site.ts:2:12: site.ts exports a number, not a playbook\n  Write: ${EXAMPLE}`,
  ],
  [
    'a promise',
    { 'site.ts': 'export default Promise.resolve(1)' },
    './site.ts:1:1: site.ts exports a promise, not a playbook\n  Await it: export default await …',
  ],
  [
    'a handler for a play',
    {
      'site.ts':
        "import { handler, play, playbook, run } from 'rampart'\nexport default playbook(play('a', { hosts: 'a' }, []), handler('restart', run`x`))",
    },
    './site.ts:2:1: argument 2 of playbook(…) is the handler "restart", not a play\n  ' +
      "Tasks and roles stand in a play's list: playbook(play('…', { hosts: '…' }, […])).",
  ],
  [
    'no plays',
    { 'site.ts': "import { playbook } from 'rampart'\nexport default playbook()" },
    "./site.ts:2:1: the playbook has no plays\n  Give it one: playbook(play('…', { hosts: '…' }, […])).",
  ],
]
