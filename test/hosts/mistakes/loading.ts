import type { Files, Mistake } from './mistaken.ts'
import { withList } from './mistaken.ts'

const site = (...lines: readonly string[]): Files => ({ 'site.ts': `${lines.join('\n')}\n` })

/** What is wrong with the text of a playbook or what it says by itself: found before anybody is dialled. */
export const LOADING: readonly Mistake[] = [
  [
    'a syntax error',
    site("import { play } from 'rampart'", "play('Web' { hosts: 'all' }, [])"),
    [],
    "site.ts:2:12: Expected ',', got '{'",
  ],
  [
    'a module that is not there',
    site("import web from './roles/wbe/role.ts'"),
    [],
    'site.ts:1:17: there is no file roles/wbe/role.ts\n  → Did you mean "web"?',
  ],
  [
    'a package that is not there',
    site("import { play } from 'rampat'"),
    [],
    'site.ts:1:22: there is no package "rampat"\n  → Did you mean "rampart"?',
  ],
  [
    'a name that rampart does not have',
    site("import { play, plabook } from 'rampart'"),
    [],
    'site.ts:1:16: "rampart" exports no plabook\n  → Did you mean "playbook"?',
  ],
  [
    'a role exported',
    {},
    ['run', 'roles/web/role.ts'],
    "roles/web/role.ts:4:1: role.ts exports the role web, not a playbook\n  → Write: export default playbook(play('…', { hosts: '…' }, […]))",
  ],
  [
    'a play exported',
    site("import { play } from 'rampart'", "export default play('Web', { hosts: 'all' }, [])"),
    [],
    'site.ts:2:1: site.ts exports the play "Web", not a playbook\n  → Wrap it: export default playbook(play(…))',
  ],
  [
    'nothing exported',
    site("import { play } from 'rampart'", "play('Web', { hosts: 'all' }, [])"),
    [],
    "site.ts: site.ts exports nothing by default\n  → Write: export default playbook(play('…', { hosts: '…' }, […]))",
  ],
  [
    'a throw while it loads',
    site('const port = Number(process.env.NO_PORT)', "if (!port) throw new Error('no port')"),
    [],
    'site.ts:2:18: no port',
  ],
  [
    'hosts that are not there',
    withList('[first]', "{ hosts: 'bastoin' }"),
    [],
    'site.ts:5:25: the hosts of the play "Web": there is no host and no group "bastoin"\n  → Did you mean "bastion"?',
  ],
  [
    'no hosts',
    withList('[first]', '{}'),
    [],
    `site.ts:5:25: play("Web").hosts is missing\n  → Write play('…', { hosts: '…' }, […]).`,
  ],
  [
    'an option of a play',
    withList('[first]', "{ host: 'bastion' }"),
    [],
    'site.ts:5:25: play("Web") has no "host"\n  → Did you mean "hosts"?',
  ],
  [
    'no options',
    withList('[first]', 'undefined'),
    [],
    `site.ts:5:25: play("Web") is given nothing where its options should be\n  → Write play('…', { hosts: '…' }, […]).`,
  ],
  [
    'no list',
    withList('first'),
    [],
    `site.ts:5:25: play("Web") is given the resource file /etc/first where its list should be\n  → Write play('…', { hosts: '…' }, […]).`,
  ],
  [
    'tags that are no list',
    withList('[first]', "{ hosts: 'bastion', tags: 'www' }"),
    [],
    `site.ts:5:25: play("Web").tags is "www": expected a list of names, such as ['web']`,
  ],
  [
    'serial: 0',
    withList('[first]', "{ hosts: 'bastion', serial: 0 }"),
    [],
    `site.ts:5:25: the play "Web" has serial: 0\n  → Give a number of hosts from 1 on, or a share such as '25%'.`,
  ],
  [
    'a serial later in the list',
    withList('[first]', "{ hosts: 'bastion', serial: [1, '0.5'] }"),
    [],
    `site.ts:5:25: the play "Web" has serial: "0.5"\n  → Give a number of hosts from 1 on, or a share such as '25%'.`,
  ],
  [
    'a parameter of a resource',
    withList("[first, file({ path: '/etc/motd', contents: '' })]"),
    [],
    'site.ts:6:9: file({…}) has no "contents"\n  → Did you mean "content"?',
  ],
  [
    'the value of a parameter',
    withList("[first, file({ path: 'etc/motd', content: '' })]"),
    [],
    `site.ts:6:9: file({…}).path is "etc/motd": expected an absolute path, such as '/etc/motd'`,
  ],
  [
    'a parameter that is missing',
    withList("[first, file({ content: '' })]"),
    [],
    'site.ts:6:9: file({…}).path is missing\n  → Write file({ path: … }).',
  ],
  [
    'a task without a check',
    withList("[first, task('count', { apply: async () => {} })]"),
    [],
    `site.ts:6:9: the task "count" has no check\n  → Write task('…', { check: async probe => … }), or give it a resource.`,
  ],
  [
    'an option of a task',
    withList("[first, task('x', first, { notfiy: [] })]"),
    [],
    'site.ts:6:9: task("x") has no "notfiy"\n  → Did you mean "notify"?',
  ],
  [
    'a handler by its name',
    withList("[first, task('x', first, { notify: 'restart web' })]"),
    [],
    `site.ts:6:9: the task "x" notifies the text "restart web", which is no handler\n  → A handler is a value: const restart = handler('restart web', …), then notify: restart.`,
  ],
  [
    'a handler that does nothing',
    withList("[first, task('x', first, { notify: handler('restart') })]"),
    [],
    'site.ts:6:36: the handler "restart" has nothing where a step should be\n  → Write handler(\'…\', run`…`).',
  ],
  [
    'a role without tasks',
    {
      'roles/web/role.ts':
        "import { role } from 'rampart'\nexport default role({ name: 'web', dir: import.meta.dirname })\n",
    },
    [],
    'roles/web/role.ts:2:16: the role web has nothing where its tasks should be\n  → Write tasks: ({ vars }) => [ … ].',
  ],
]
