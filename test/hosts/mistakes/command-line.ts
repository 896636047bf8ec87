import type { Mistake } from './mistaken.ts'

const PLAIN = {
  'site.ts': `import { play, playbook } from 'rampart'
import { file } from 'rampart/resources'
export default playbook(play('Web', { hosts: 'bastion' }, [file({ path: '/etc/first', content: '' })]))
`,
}
const RUN = ['run', 'site.ts']

/** Found before anybody is dialled. */
export const COMMAND_LINE: readonly Mistake[] = [
  ['a command', {}, ['rnu', 'site.ts'], 'there is no command "rnu"\n  → Did you mean "run"?'],
  ['a command of the lab', {}, ['lab', 'upp'], 'there is no command "lab upp"\n  → Did you mean "lab up"?'],
  [
    'a playbook for a command',
    {},
    ['site.ts'],
    'there is no command "site.ts"\n  → To run this playbook: rampart run site.ts',
  ],
  [
    'no playbook',
    {},
    ['run'],
    'rampart run needs PLAYBOOK…\n  → For example: rampart run playbooks/site.ts --check',
  ],
  ['a flag', {}, [...RUN, '--limti', 'dgx'], 'rampart run has no option --limti\n  → Did you mean --limit?'],
  ['a flag without its value', {}, [...RUN, '--limit'], '--limit needs a value: PATTERN'],
  [
    'a flag for a value',
    {},
    [...RUN, '-l', '--check'],
    '-l needs a value: PATTERN\n  → If "--check" is the value: -l=--check',
  ],
  ['no forks', {}, [...RUN, '-f', '0'], '--forks 0 is no number from 1 on'],
  [
    'two lists at once',
    {},
    [...RUN, '--list-hosts', '--list-tasks'],
    '--list-hosts and --list-tasks exclude each other',
  ],
  [
    'an extra variable without a value',
    {},
    [...RUN, '-e', 'greeting'],
    '--extra-vars "greeting" is neither NAME=VALUE nor @FILE\n  → One variable each: -e greeting=hello -e ssh-hardening.port=2222 -e @more.yaml',
  ],
  [
    'an extra variable that is no YAML',
    {},
    [...RUN, '-e', 'x={a'],
    '-e x: this is not YAML: Flow map must end with a }\n  → Close what "{" or "[" opened, and indent what is inside.',
  ],
  [
    'a file of extra variables that is not there',
    {},
    [...RUN, '-e', '@more.yaml'],
    'more.yaml: the file cannot be read: there is no such file (ENOENT)',
  ],
  ['a playbook', {}, ['run', 'stie.ts'], 'there is no file stie.ts\n  → Did you mean "site.ts"?'],
  [
    'a playbook where there are none',
    { 'site.ts': null },
    [],
    'there is no file site.ts\n  → There is no .ts, .js or .mjs file here.',
  ],
  [
    'the second playbook',
    {},
    ['run', 'site.ts', 'roles/wbe/role.ts'],
    'there is no file roles/wbe/role.ts\n  → Did you mean "web"?',
  ],
  [
    'a playbook of Ansible',
    { 'site.yaml': '- hosts: all' },
    ['run', 'site.yaml'],
    'site.yaml is no .ts, .js or .mjs file\n  → A playbook is TypeScript here; YAML is for the inventory.',
  ],
  ['a folder for a playbook', {}, ['run', 'roles'], 'roles is a folder\n  → Name a file of it.'],
  [
    'an inventory',
    {},
    [...RUN, '-i', 'inventry'],
    "there is no inventory inventry\n  → It is a file or a folder; for a host of that name add a comma: -i 'inventry,'",
  ],
  [
    'no inventory',
    { 'inventory/hosts.yaml': null },
    [],
    'there is no inventory: no -i, no RAMPART_INVENTORY and no folder inventory/\n  → Write inventory/hosts.yaml. For example:\n        all:\n          hosts:\n            web01: { address: 203.0.113.10, user: root }',
  ],
  [
    'a host',
    {},
    [...RUN, '-l', 'bastoin'],
    '--limit: there is no host and no group "bastoin"\n  → Did you mean "bastion"?',
  ],
  [
    'a group',
    {},
    [...RUN, '-l', 'bastion,dxg'],
    '--limit: there is no host and no group "dxg" (in "bastion,dxg")\n  → Did you mean "dgx"?',
  ],
  [
    'a file of hosts that is not there',
    {},
    [...RUN, '-l', '@hosts.txt'],
    '--limit @hosts.txt: the file cannot be read: there is no such file (ENOENT)\n  → A file for --limit has a pattern in each line; without the @ it is a pattern itself.',
  ],
  [
    'nobody selected',
    {},
    [...RUN, '-l', 'dgx01'],
    'no host is both in --limit dgx01 and in the plays (hosts: bastion)\n  → rampart list PLAYBOOK --list-hosts shows what each play selects.',
  ],
  [
    'a pattern that takes all away',
    {},
    [...RUN, '-l', 'all:!all'],
    'no host is both in --limit all:!all and in the plays (hosts: bastion)\n  → rampart list PLAYBOOK --list-hosts shows what each play selects.',
  ],
]

/** Tasks are known when hosts are: what they have is not changed until then. */
export const FILTERS: readonly Mistake[] = [
  [
    'a tag',
    {},
    [...RUN, '-t', 'wwww'],
    '--tags: no task of this playbook has the tag "wwww"\n  → Did you mean "www"?',
  ],
  [
    'a tag to skip',
    {},
    [...RUN, '--skip-tags', 'ww'],
    '--skip-tags: no task of this playbook has the tag "ww"\n  → Did you mean "www"?',
  ],
  [
    'a tag where there are none',
    PLAIN,
    [...RUN, '-t', 'www'],
    '--tags: no task of this playbook has the tag "www"\n  → None of its tasks has a tag.',
  ],
  [
    'a role',
    {},
    [...RUN, '--role', 'wbe'],
    '--role: no task of this playbook has the role "wbe"\n  → Did you mean "web"?',
  ],
  [
    'a role where there are none',
    PLAIN,
    [...RUN, '--role', 'web'],
    '--role: no task of this playbook has the role "web"\n  → None of its tasks has a role.',
  ],
  [
    'a task to start at',
    {},
    [...RUN, '--start-at', 'file /etc/paeg'],
    '--start-at: no task is called "file /etc/paeg"\n  → Did you mean "file /etc/page"?',
  ],
  [
    'filters that leave nothing',
    {},
    [...RUN, '-t', 'www', '--skip-tags', 'www'],
    'no task is left by --role, --tags, --skip-tags and --start-at together\n  → rampart list PLAYBOOK shows every task with its role and tags.',
  ],
  [
    'a variable of a role',
    {},
    [...RUN, '-e', 'web.greting=hi'],
    '-e web.greting: web has no "greting"\n  → Did you mean "greeting"?',
  ],
  [
    'the type of a variable',
    {},
    [...RUN, '-e', 'web.port=http'],
    '-e web.port: web.port of bastion is "http": expected number, received string',
  ],
  [
    'the role of a variable',
    {},
    [...RUN, '-e', 'wbe.port=81'],
    '-e wbe.port: no host of this run has a role "wbe"\n  → Did you mean "web"?',
  ],
  [
    'a variable of no role',
    PLAIN,
    [...RUN, '-e', 'web.port=81'],
    '-e web.port: no host of this run has a role "web"\n  → This playbook uses no role.',
  ],
  [
    'a variable in a file',
    { 'more.yaml': 'web:\n  prot: 81\n' },
    [...RUN, '-e', '@more.yaml'],
    'more.yaml:2:3: web has no "prot"\n  → Did you mean "port"?',
  ],
]
