import type { Files, Mistake } from './mistaken.ts'
import { withList } from './mistaken.ts'

const web = (body: string): Files => ({
  'roles/web/role.ts': `import { role } from 'rampart'
import { file } from 'rampart/resources'
export default role({ name: 'web', dir: import.meta.dirname, ${body} })
`,
})
const DRIFT = "drift({ kind: 'fields', changes: {} }"

/** What shows when the list of a host is made, or in the first words of its checks: before the first change. */
export const LISTS: readonly Mistake[] = [
  [
    'a throw in the function of a play',
    withList('host => [first, host.name.match(/rack(.)/)[1]]'),
    [],
    "site.ts:6:43: Cannot read properties of null (reading '1')",
  ],
  [
    'a throw in a role',
    web('tasks: ({ facts }) => {\n  throw new Error(`nothing for ${facts.os.id}`)\n}'),
    [],
    'roles/web/role.ts:4:9: nothing for debian',
  ],
  [
    'a parameter in the function of a play',
    withList("host => [first, file({ path: '/etc/motd', content: '', mode: '644' })]"),
    [],
    `site.ts:6:17: file({…}).mode is "644": expected an octal file mode with its leading zero, such as '0644'`,
  ],
  [
    'a parameter in a role',
    web("tasks: () => [\n  file({ path: '/etc/motd', content: '', onwer: 'root' }),\n]"),
    [],
    'roles/web/role.ts:4:3: file({…}) has no "onwer"\n  → Did you mean "owner"?',
  ],
  [
    'a function that awaits',
    withList('async host => [first]'),
    [],
    'site.ts:5:25: the function of the play "Web" gives a promise, not a list\n  → Nothing can be awaited there: what has to be asked of a host is for the checks of tasks.',
  ],
  [
    'a function that returns nothing',
    withList('host => { [first] }'),
    [],
    'site.ts:5:25: the function of the play "Web" gives nothing, not a list\n  → Let it return one: [ … ].',
  ],
  [
    'a role that returns nothing',
    web('tasks: () => {}'),
    [],
    'roles/web/role.ts:3:16: the function of the role web gives nothing, not a list\n  → Let it return one: [ … ].',
  ],
  [
    'a group in a pattern',
    withList("host => [first, ...host.hosts('dxg').map(() => web)]"),
    [],
    'site.ts:6:25: there is no host and no group "dxg"\n  → Did you mean "dgx"?',
  ],
  [
    'a handler in a list',
    withList("[first, handler('restart', run`true`)]"),
    [],
    'site.ts:5:25: the list of the play "Web" holds the handler "restart", which is neither task, resource nor role\n  → A handler is woken by a task: task(…, { notify: it }).',
  ],
  [
    'a play in a list',
    withList("[first, play('Web', { hosts: 'all' }, [])]"),
    [],
    'site.ts:5:25: the list of the play "Web" holds the play "Web", which is neither task, resource nor role\n  → Plays stand beside each other: playbook(play(…), play(…)).',
  ],
  [
    'a command in a list',
    withList('[first, run`reboot`]'),
    [],
    'site.ts:5:25: the list of the play "Web" holds a command, which is neither task, resource nor role\n  → A command stands in a task: command({ run: …, unless: … }), or task(…, { check, apply }).',
  ],
  [
    'a resource that is not called',
    withList('[first, file]'),
    [],
    'site.ts:5:25: the list of the play "Web" holds the function file, which is neither task, resource nor role\n  → Call it: file({ … }).',
  ],
  [
    'the name of a role in a list',
    withList("[first, 'web']"),
    [],
    'site.ts:5:25: the list of the play "Web" holds the text "web", which is neither task, resource nor role\n  → Tasks and roles are values: import what you mean, and put it there.',
  ],
  [
    'a variable given to a role',
    withList("[first,\n web({ greting: 'hi' })]"),
    [],
    'site.ts:7:2: web has no "greting"\n  → Did you mean "greeting"?',
  ],
  [
    'the type of a variable given to a role',
    withList("[first,\n web({ port: '80' })]"),
    [],
    'site.ts:7:2: web.port of bastion is "80": expected number, received string',
  ],
  [
    'two tasks that contradict each other',
    withList("[first,\n file({ path: '/etc/first', content: '', mode: '0600' })]"),
    [],
    'site.ts:7:2: two tasks want file /etc/first of bastion in two different ways (content, mode), which no run could both satisfy\n  → The other is at site.ts:4:15. Make them agree. What must go through two states is one task by hand.',
  ],
  [
    'a task that contradicts a role',
    withList("[web,\n file({ path: '/etc/page', content: '' })]"),
    [],
    'site.ts:7:2: web › file /etc/page and file /etc/page want file /etc/page of bastion in two different ways (content), which no run could both satisfy\n  → The other is at roles/web/role.ts:10:5. Make them agree. What must go through two states is one task by hand.',
  ],
  [
    'two handlers of one name',
    withList(
      "[task('a', first, { notify: handler('restart', run`a`) }),\n task('b', first, { notify: handler('restart', run`b`) })]",
    ),
    [],
    'site.ts:7:29: two handlers of the play "Web" are both called "restart" and do different things\n  → The other is at site.ts:6:29. Give one of them another name, or share one handler value.',
  ],
  [
    'a task on an unknown host',
    withList(`[first,\n task('join', { on: ['bastoin'], check: () => ${DRIFT}), apply: async () => {} })]`),
    [],
    'site.ts:7:2: the task "join" acts on "bastoin", which the inventory does not have\n  → Did you mean "bastion"?',
  ],
  [
    'a check on a host that is not named',
    withList(
      "[first, task('look', { check: async probe => {\n  await probe.on('dgx01').ask(read`true`)\n  return inSync()\n} })]",
    ),
    [],
    `site.ts:7:15: the task "look" acts on dgx01 without naming it\n  → Add on: ['dgx01'] beside its check.`,
  ],
  [
    'a check that writes',
    withList(
      "[first, task('look', { check: async probe => {\n  await probe.ask(run`touch /etc/second`)\n  return inSync()\n} })]",
    ),
    [],
    'site.ts:7:15: a check is to run a command that writes: touch /etc/second\n  → A check only looks: read`…`. What changes the host goes into the steps of its drift.',
  ],
  [
    'a check that knows no such thing',
    withList("[first, task('look', { check: probe =>\n  probe.aks(read`true`) })]"),
    [],
    'site.ts:7:9: probe.aks is not a function',
  ],
  [
    'a check that returns nothing',
    withList("[first,\n task('look', { check: () => {} })]"),
    [],
    'site.ts:7:2: the check of "look" returns nothing, not what it found\n  → Let it return inSync() or drift(…).',
  ],
  [
    'a drift without steps',
    withList(`[first,\n task('look', { check: () => ${DRIFT}) })]`),
    [],
    'site.ts:7:2: the drift of "look" carries no steps\n  → Give the drift its steps, drift(diff, [run`…`]), or the task an apply.',
  ],
  [
    'a secret in a command',
    withList(
      `[first, task('look', { check: () => ${DRIFT}, [\n  run\`login \${new Secret('hunter22')}\`]) })]`,
    ),
    [],
    'site.ts:7:6: a secret stands in a command, where every user of the host could read it\n  → Pass it as stdin: run({ stdin: secret })`…`.',
  ],
  [
    'a secret that is not there',
    withList("[first,\n file({ path: '/etc/token', content: Secret.env('NO_SUCH_TOKEN') })]"),
    [],
    'site.ts:7:2: the environment variable NO_SUCH_TOKEN is not set\n  → export NO_SUCH_TOKEN=… before the run.',
  ],
]
