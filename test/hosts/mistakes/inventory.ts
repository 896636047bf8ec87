import type { Files, Mistake } from './mistaken.ts'

const inventory = (...lines: readonly string[]): Files => ({
  'inventory/hosts.yaml': `${lines.join('\n')}\n`,
})
const VARS = '  vars: { user: root, key: $KEY, known_hosts: $KNOWN }'
/** The bastion as line 4 says it. */
const bastion = (said: string, ...more: readonly string[]): Files =>
  inventory('all:', VARS, '  hosts:', `    bastion: { ${said} }`, ...more)

/** A playbook for everybody. */
const ALL = {
  'site.ts':
    "import { play, playbook } from 'rampart'\nexport default playbook(play('Web', { hosts: 'all' }, []))\n",
}

/** Found before anybody is dialled. */
export const INVENTORY: readonly Mistake[] = [
  [
    'a tab',
    inventory('all:', VARS, '  hosts:', '\tbastion:'),
    [],
    'inventory/hosts.yaml:4:1: this is not YAML: Tabs are not allowed as indentation\n  → Indent with spaces.',
  ],
  [
    'a host twice',
    bastion('', '    bastion: {}'),
    [],
    'inventory/hosts.yaml:5:5: "bastion" stands twice in one map\n  → The first is in line 4: make one of the two.',
  ],
  [
    'bad indentation',
    bastion('', '   dgx01: {}'),
    [],
    'inventory/hosts.yaml:5:1: this is not YAML: All mapping items must start at the same column\n  → Let the names of one map begin in one column.',
  ],
  [
    'a bracket left open',
    bastion('port: [22'),
    [],
    'inventory/hosts.yaml:4:26: this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]\n  → Close what "{" or "[" opened, and indent what is inside.',
  ],
  [
    'no hosts',
    inventory('all:', VARS),
    [],
    'inventory/hosts.yaml:1:1: the inventory has no hosts\n  → For example:\n        all:\n          hosts:\n            web01: { address: 203.0.113.10, user: root }',
  ],
  [
    'nothing at all',
    inventory(''),
    [],
    'inventory/hosts.yaml:1:1: the inventory has no hosts\n  → For example:\n        all:\n          hosts:\n            web01: { address: 203.0.113.10, user: root }',
  ],
  [
    'a section',
    inventory('all:', VARS, '  host: { bastion: {} }'),
    [],
    'inventory/hosts.yaml:3:3: a group has no "host"\n  → Did you mean "hosts"?',
  ],
  [
    'groups in a circle',
    bastion('', '  children:', '    a: { children: { b: {} } }', '    b: { children: { a: {} } }'),
    [],
    'inventory/hosts.yaml:6:5: the group a lies in itself: a > b > a\n  → Take it out of the `children` of one of them.',
  ],
  [
    'jumps in a circle',
    bastion('via: dgx01', '    dgx01: { via: bastion }'),
    [],
    'inventory/hosts.yaml:5:19: the way to bastion goes in a circle: bastion via dgx01 via bastion\n  → Write `via: null` on bastion if it is reached directly.',
  ],
  [
    'a jump through nobody',
    bastion('via: bastoin'),
    [],
    'inventory/hosts.yaml:4:21: bastion is reached via "bastoin", which is no host of the inventory\n  → It has no other host.',
  ],
  [
    'a jump through somebody else',
    bastion('via: dgx1', '    dgx01: {}'),
    [],
    'inventory/hosts.yaml:4:21: bastion is reached via "dgx1", which is no host of the inventory\n  → Did you mean "dgx01"?',
  ],
  [
    'a port',
    bastion('port: 70000'),
    [],
    'inventory/hosts.yaml:4:22: port of bastion is 70000, not a port number\n  → A port is a whole number from 1 to 65535.',
  ],
  [
    'a connection name',
    bastion('adress: 10.0.0.1'),
    [],
    'inventory/hosts.yaml:4:16: "adress" would be a variable that nobody reads\n  → Did you mean "address"? For a variable of this name put the name in quotes: "adress".',
  ],
  [
    "a name of Ansible's",
    bastion('ansible_hots: 10.0.0.1'),
    [],
    'inventory/hosts.yaml:4:16: ansible_hots is not read\n  → Did you mean "ansible_host"?',
  ],
  [
    "a name of Ansible's that has no use here",
    bastion('ansible_become_method: su'),
    [],
    'inventory/hosts.yaml:4:16: ansible_become_method is not read\n  → There is sudo only.',
  ],
  [
    "Ansible's templates",
    bastion('address: "{{ ip }}"'),
    [],
    'inventory/hosts.yaml:4:25: a template is not evaluated here\n  → Compute it in a .ts inventory, or write !unsafe "…" to keep the text as it is.',
  ],
  [
    "Ansible's INI format",
    { 'inventory/hosts.yaml': null, 'inventory/hosts.ini': '[web]\nbastion ansible_host=10.0.0.1\n' },
    [],
    'inventory/hosts.ini: this is an inventory in INI format, which is not read\n  → Ansible translates it: ansible-inventory -i inventory/hosts.ini --list --yaml > hosts.yaml, which then takes its place.',
  ],
  [
    'one machine twice',
    { ...bastion('address: 10.0.0.1', '    dgx01: { address: 10.0.0.1 }'), ...ALL },
    [],
    "inventory/hosts.yaml:5:5: bastion and dgx01 are one machine: 10.0.0.1\n  → Take one of them out, or select one with --limit: -l 'all:!dgx01'",
  ],
  [
    'two groups that disagree',
    bastion(
      '',
      '  children:',
      '    a: { hosts: { bastion: }, vars: { x: 1 } }',
      '    b: { hosts: { bastion: }, vars: { x: 2 } }',
    ),
    [],
    'inventory/hosts.yaml:7:42: x of bastion is 2 in the group b and 1 in the group a (inventory/hosts.yaml:6:42)\n  → Neither group lies in the other, so neither is stronger: set it on bastion, or make the groups agree.',
  ],
  [
    'a file for no group',
    { 'inventory/group_vars/dxg.yaml': 'x: 1' },
    [],
    'inventory/group_vars/dxg.yaml: there is no group dxg in the inventory\n  → Did you mean "dgx"?',
  ],
  [
    'a file for no host',
    { 'inventory/host_vars/bastoin.yaml': 'x: 1' },
    [],
    'inventory/host_vars/bastoin.yaml: there is no host bastoin in the inventory\n  → Did you mean "bastion"?',
  ],
  [
    'a .ts inventory that fails',
    {
      'hosts.ts':
        "import { inventory } from 'rampart'\nexport default inventory(() => {\n  throw new Error('no CMDB')\n})\n",
    },
    ['run', 'site.ts', '-i', 'hosts.ts'],
    'hosts.ts:3:9: the inventory failed: no CMDB',
  ],
  [
    'a .ts inventory that exports none',
    { 'hosts.ts': 'export default { all: {} }\n' },
    ['run', 'site.ts', '-i', 'hosts.ts'],
    'hosts.ts: its default export is not an inventory\n  → Write `export default inventory({ all: { hosts: … } })`.',
  ],
]
