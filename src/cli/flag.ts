/** One option of a command. */
export interface Flag {
  readonly short?: string
  /** What its value is called in the help, such as `PATTERN`; none: it takes no value. */
  readonly value?: string
  readonly help: string
  /** It may be given several times. */
  readonly many?: true
}

/** Options by their long name. */
export type Flags = Readonly<Record<string, Flag>>

/** Options under a heading of the help. */
export interface FlagGroup {
  readonly title: string
  readonly flags: Flags
}

const WHERE: Flags = {
  inventory: { short: 'i', value: 'FILE|DIR|a,b,', help: 'the hosts ($RAMPART_INVENTORY, else inventory/)' },
}

const WHICH: FlagGroup = {
  title: 'Which hosts and tasks',
  flags: {
    limit: { short: 'l', value: 'PATTERN', help: 'only these hosts and groups', many: true },
    role: { value: 'NAME', help: 'only these roles', many: true },
    tags: { short: 't', value: 'TAG', help: 'only tasks with one of these tags', many: true },
    'skip-tags': { value: 'TAG', help: 'no tasks with one of these tags', many: true },
    'start-at': { value: 'TASK', help: 'begin at the task of this name' },
  },
}

const VARIABLES: Flags = {
  'extra-vars': {
    short: 'e',
    value: 'K=V|@FILE',
    help: 'variables, V as YAML; ROLE.VARIABLE=V for a role’s',
    many: true,
  },
}

const HOW: FlagGroup = {
  title: 'How',
  flags: {
    check: { short: 'C', help: 'dry run: say what would change, change nothing' },
    diff: { short: 'D', help: 'show what is changed (--check always does)' },
    ...VARIABLES,
    forks: { short: 'f', value: 'N', help: 'hosts at a time (32)' },
  },
}

const LOGIN: FlagGroup = {
  title: 'Logging in',
  flags: {
    user: { short: 'u', value: 'NAME', help: 'log in as this user' },
    key: { value: 'FILE', help: 'with this private key ($RAMPART_KEY_PASSPHRASE)' },
    become: { short: 'b', help: 'act as root, by sudo' },
    'ask-pass': { short: 'k', help: 'ask for the SSH password ($RAMPART_PASSWORD)' },
    'ask-become-pass': { short: 'K', help: 'ask for the sudo password ($RAMPART_BECOME_PASSWORD)' },
    'accept-new': { help: 'learn the keys of hosts never seen before' },
  },
}

const JSON_LINES: Flags = { json: { help: 'events as JSON lines on standard output' } }
const VERBOSE: Flags = {
  verbose: { short: 'v', help: 'show what commands print, whole diffs, whole errors' },
}
const OUTPUT: FlagGroup = { title: 'Output', flags: { ...JSON_LINES, ...VERBOSE } }

const LIST: FlagGroup = {
  title: 'Listing, without connecting to anybody',
  flags: {
    'list-hosts': { help: 'list the hosts' },
    'list-tasks': { help: 'list each host’s tasks' },
    'list-tags': { help: 'list the tags' },
  },
}

export const factsFlags: readonly FlagGroup[] = [
  { title: 'Where', flags: WHERE },
  {
    title: 'What',
    flags: {
      only: { value: 'NAMES', help: 'only these facts, whole: os, mounts, listening, …', many: true },
      ...VARIABLES,
      forks: { short: 'f', value: 'N', help: 'hosts at a time (32)' },
    },
  },
  LOGIN,
  { title: 'Output', flags: { json: { help: 'one JSON object a host, on a line of its own' } } },
]
export const guardFlags: readonly FlagGroup[] = [
  {
    title: 'Where',
    flags: { ...WHERE, ...VARIABLES, forks: { short: 'f', value: 'N', help: 'hosts at a time (32)' } },
  },
  LOGIN,
  { title: 'Output', flags: { json: { help: 'one JSON object a host, on a line of its own' } } },
]
export const inventoryFlags: readonly FlagGroup[] = [
  { title: 'Where', flags: WHERE },
  {
    title: 'What',
    flags: {
      host: { value: 'NAME', help: 'what holds for this host' },
      explain: { help: 'and who said it, where, and whom it won over' },
      graph: { help: 'groups as a tree, with their hosts' },
      ...VARIABLES,
    },
  },
  { title: 'Output', flags: { json: { help: 'as JSON' }, yaml: { help: 'as YAML' } } },
]

const NAME: Flags = { name: { value: 'NAME', help: 'of the lab (rampart): several can be up at once' } }
const RAISE: Flags = {
  nodes: { value: 'N', help: 'how many nodes besides the bastion (2, or as many as there are)' },
  install: { help: 'install and start what is missing on this machine, such as Docker' },
  online: { help: 'a new lab uses the vendors’ sites that answer' },
  'no-world': { help: 'a new lab has no vendors’ sites: quicker, and enough for ssh' },
}

export const runFlags: readonly FlagGroup[] = [
  { title: 'Where', flags: WHERE },
  WHICH,
  HOW,
  LOGIN,
  LIST,
  OUTPUT,
]
export const listFlags: readonly FlagGroup[] = [
  { title: 'Where', flags: WHERE },
  WHICH,
  { title: 'What', flags: { ...LIST.flags, ...VARIABLES } },
  { title: 'Output', flags: JSON_LINES },
]
export const labUpFlags: readonly FlagGroup[] = [{ title: 'Options', flags: { ...NAME, ...RAISE } }]
export const labRunFlags: readonly FlagGroup[] = [
  { title: 'The lab', flags: { ...NAME, ...RAISE } },
  WHICH,
  HOW,
  OUTPUT,
]
export const labFlags: readonly FlagGroup[] = [{ title: 'Options', flags: NAME }]
export const labStatusFlags: readonly FlagGroup[] = [
  { title: 'Options', flags: { ...NAME, json: { help: 'as one JSON object' } } },
]
