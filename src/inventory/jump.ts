import { InventoryError } from '../model/error.ts'
import type { Given } from './given.ts'
import { isAddress } from './name.ts'

/** One machine on the way, as `ProxyJump` names it. */
export interface Hop {
  readonly host: string
  readonly user: string | undefined
  readonly port: number | undefined
}

/** Reads `[user@]host[:port],…`, or the same as `ssh://` URLs (ssh_config(5), ProxyJump). Undefined: it is none. */
export function readHops(text: string): readonly Hop[] | undefined {
  const hops = text.split(',').map(readHop)
  return hops.every(hop => hop !== undefined) ? hops : undefined
}

function readHop(text: string): Hop | undefined {
  const [, user, bracketed, bare = bracketed, port] =
    /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]]+)\]|([^:[\]/\s]+))(?::(\d{1,5}))?\/?$/.exec(text.trim()) ?? []
  if (bare === undefined || !isAddress(bare)) return undefined
  const number = port === undefined ? undefined : Number(port)
  if (number !== undefined && (number < 1 || number > 65535)) return undefined
  return { host: bare, user, port: number }
}

/** What `ansible_ssh_common_args` may hold besides a jump: what we do ourselves, and cannot be told otherwise. */
const OURS =
  /^(controlmaster|controlpath|controlpersist|serveraliveinterval|serveralivecountmax|tcpkeepalive|compression|loglevel)$/i

/** The `ProxyJump` in a text of arguments for ssh. Throws an InventoryError, with the cure, for any other that matters. */
export function jumpInArguments(given: Given, host: string): readonly Hop[] | undefined {
  const { value } = given.value
  const refuse = (what: string, hint?: string): never => {
    throw new InventoryError(`${given.name} of ${host} is not followed: ${what}`, {
      at: given.value.at,
      hint,
    })
  }
  if (value === null) return undefined
  if (typeof value !== 'string') return refuse('it is no text')
  const words = splitWords(value) ?? refuse('a quote is not closed')
  let jump: readonly Hop[] | undefined
  for (const { option, argument } of options(words)) {
    if (option !== 'ProxyJump') {
      if (!OURS.test(option)) refuse(option, cure(option, argument))
    } else if (argument === 'none') jump = []
    else jump = readHops(argument) ?? refuse(`"${argument}" names no host to jump through`)
  }
  return jump
}

interface Option {
  /** Named as in ssh_config, where ssh has a name for it. */
  readonly option: string
  readonly argument: string
}

/** The options in ssh's arguments: `-o Name=value` and `-J`, with the value in the same word or the next, and others. */
function* options(words: readonly string[]): Iterable<Option> {
  const left = [...words]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, flag, value = ''] = /^(-[oJ])(.*)$/s.exec(word) ?? []
    if (flag === undefined) yield { option: SHORT[word] ?? word, argument: '' }
    else {
      const text = value === '' ? (left.shift() ?? '') : value
      yield flag === '-J' ? { option: 'ProxyJump', argument: text } : setting(text)
    }
  }
}

const SHORT: Readonly<Record<string, string>> = { '-C': 'Compression', '-q': 'LogLevel' }

function setting(text: string): Option {
  const [, name = text, argument = ''] = /^\s*(\w+)\s*[=\s]\s*(.*)$/s.exec(text) ?? []
  return { option: name.toLowerCase() === 'proxyjump' ? 'ProxyJump' : name, argument }
}

function cure(option: string, argument: string): string {
  switch (option.toLowerCase()) {
    case 'proxycommand':
      return `Write \`via: ${jumpOf(argument)}\` for a jump; another ProxyCommand goes into ~/.ssh/config, with \`transport: openssh\`.`
    case 'stricthostkeychecking':
    case 'userknownhostsfile':
      return 'Take it out: unknown host keys are learnt with --accept-new, and `known_hosts` names a file of their own.'
    default:
      return `Put ${option} into ~/.ssh/config and write \`transport: openssh\`, or take it out.`
  }
}

/** The host in `ssh -W %h:%p -q jo@bastion`, the jump that Ansible's documentation shows. */
function jumpOf(command: string): string {
  const words = splitWords(command) ?? []
  if (words[0] !== 'ssh' || !words.includes('-W')) return 'BASTION'
  const host = words.findLast((word, i) => !/^-|%|^ssh$/.test(word) && !/^-[iplo]$/.test(words[i - 1] ?? ''))
  return host?.replace(/^.*@/, '') ?? 'BASTION'
}

/** Splits as a shell would: quotes of both kinds and backslashes. Undefined: a quote is not closed. */
function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = []
  const piece = /\s*((?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+)\s*/suy
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text)?.[1]
    if (found === undefined) return text.trim() === '' ? [] : undefined
    words.push(found.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gsu, unquote))
  }
  return words
}

function unquote(_: string, single?: string, double?: string, escaped?: string): string {
  return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? ''
}
