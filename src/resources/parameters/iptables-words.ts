import { z } from '../../index.ts'

/**
 * The parameter for words of iptables-extensions(8). Each is one word to iptables, whatever is in it. Words with which
 * a rule would become another command, or go to another table, are refused; so are those that have a parameter.
 */
export function argumentWords(): z.ZodType<readonly string[], readonly string[]> {
  return z.array(z.string()).superRefine((words, context) => {
    for (const [i, word] of words.entries()) {
      const message = wrongWord(word) ?? (words[i - 1] === '-m' ? wrongModule(word) : undefined)
      if (message !== undefined) context.addIssue({ code: 'custom', path: [i], message })
    }
  })
}

function wrongWord(word: string): string | undefined {
  if (word === '') return 'expected a word'
  if (/\p{Cc}/u.test(word)) return 'expected one word without line breaks and other control characters'
  if (Buffer.byteLength(word) > 255) return 'expected a word of at most 255 bytes'
  if (/^-[^-]/.test(word) && word !== '-m')
    return parameterFor(word) ?? `no rule can hold ${word.slice(0, 2)}`
  const [name = ''] = word.split('=', 1)
  if (!/^--./.test(word)) return word === '-' || word === '--' ? 'expected a word' : undefined
  // getopt_long(3) takes any beginning of a name for the name.
  const refused = REFUSED.find(one => one.startsWith(name.slice(2)) && !BEGINNINGS.includes(name))
  return refused === undefined ? undefined : (parameterFor(`--${refused}`) ?? `no rule can hold --${refused}`)
}

const wrongModule = (word: string): string | undefined =>
  /^[A-Za-z0-9_-]+$/.test(word) ? undefined : "expected a match, such as 'limit'"

/** Options of iptables(8) itself, by their long names. */
const REFUSED = [
  ...['append', 'check', 'delete', 'delete-chain', 'exact', 'flush', 'help', 'insert', 'ipv4', 'ipv6'],
  ...['line-numbers', 'list', 'list-rules', 'modprobe', 'new-chain', 'numeric', 'policy', 'rename-chain'],
  ...['replace', 'set-counters', 'table', 'verbose', 'version', 'wait', 'wait-interval', 'zero'],
  ...[
    'source',
    'src',
    'destination',
    'dst',
    'protocol',
    'in-interface',
    'out-interface',
    'jump',
    'goto',
    'match',
  ],
]

/** Whole names of the matches policy and recent that are beginnings of those. */
const BEGINNINGS = ['--pol', '--proto', '--set']

/** Which parameter says what an option says. */
function parameterFor(option: string): string | undefined {
  const found = Object.entries(PARAMETERS).find(([, options]) =>
    options.some(one => (one.startsWith('--') ? option === one : option.startsWith(one))),
  )
  return found && `give ${found[0]} instead`
}

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  source: ['-s', '--source', '--src'],
  destination: ['-d', '--destination', '--dst'],
  protocol: ['-p', '--protocol'],
  in: ['-i', '--in-interface'],
  out: ['-o', '--out-interface'],
  target: ['-j', '-g', '--jump', '--goto'],
  "the match in two words, ['-m', 'limit'],": ['-m', '--match'],
  "the chain's table": ['-t', '--table'],
  "the chain's families": ['-4', '-6', '--ipv4', '--ipv6'],
}
