import { didYouMean, z } from '../../index.ts'
import { splitOptions } from './public-key.ts'

/** sshd(8), AUTHORIZED_KEYS FILE FORMAT: those that stand alone, and those that take a value. sshd drops a key with an option that it does not know. */
const ALONE = [
  ...['agent-forwarding', 'cert-authority', 'no-agent-forwarding', 'no-port-forwarding', 'no-pty'],
  ...['no-touch-required', 'no-user-rc', 'no-x11-forwarding', 'port-forwarding', 'pty', 'restrict'],
  ...['user-rc', 'verify-required', 'x11-forwarding'],
]
const VALUED = [
  'command',
  'environment',
  'expiry-time',
  'from',
  'permitlisten',
  'permitopen',
  'principals',
  'tunnel',
]

/** The parameter for the options of a key: `['no-pty', 'from="10.0.0.0/8"']`, or all of them as one text with commas between. */
export function keyOptions(): z.ZodType<string | string[], string | string[]> {
  return z.union([z.string(), z.array(z.string())]).superRefine((options, context) => {
    const each = typeof options === 'string' ? splitOptions(options) : options
    const isWhole = typeof options !== 'string' || each.join(',') === options
    const message = isWhole
      ? each.map(whatIsWrong).find(Boolean)
      : 'expected options with one comma between them'
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
}

function whatIsWrong(option: string): string | undefined {
  const [, name = '', value] = /^([A-Za-z0-9-]+)(?:=(.*))?$/s.exec(option) ?? []
  const known = name.toLowerCase()
  if (ALONE.includes(known)) return value === undefined ? undefined : `${name} takes no value`
  if (!VALUED.includes(known))
    return `sshd knows no option "${name}". ${didYouMean(known, [...ALONE, ...VALUED])}`
  const isQuoted = value !== undefined && /^"(?:\\.|[^"\\\n\r\0])*"$/.test(value)
  return isQuoted ? undefined : `expected a value in double quotes: ${name}="…"`
}
