import { z } from '../../index.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** The five fields of crontab(5). */
const FIELDS = [
  { name: 'minute', first: 0, last: 59, words: [] },
  { name: 'hour', first: 0, last: 23, words: [] },
  { name: 'day of the month', first: 1, last: 31, words: [] },
  { name: 'month', first: 1, last: 12, words: MONTHS },
  { name: 'day of the week', first: 0, last: 7, words: DAYS },
] as const

type Field = (typeof FIELDS)[number]

const SPECIAL = ['reboot', 'hourly', 'daily', 'midnight', 'weekly', 'monthly', 'yearly', 'annually']

/** The parameter for a time of cron(8): five fields, or `@daily` and the like. Needless spaces are taken out. */
export function schedule(): z.ZodType<string, string> {
  return z
    .string()
    .overwrite(text => text.trim().replaceAll(/[ \t]+/g, ' '))
    .superRefine((text, context) => {
      const message = whatIsWrong(text)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
}

function whatIsWrong(text: string): string | undefined {
  if (text.startsWith('@')) {
    return SPECIAL.includes(text.slice(1))
      ? undefined
      : `expected one of ${SPECIAL.map(word => `@${word}`).join(', ')}`
  }
  const given = text.split(' ')
  if (given.length !== FIELDS.length) {
    return "expected five fields, minute, hour, day, month, weekday, such as '30 4 * * *', or '@daily'"
  }
  const wrong = FIELDS.find((field, i) => !isField(given[i] ?? '', field))
  return (
    wrong &&
    `its ${wrong.name} is not one of ${wrong.first} to ${wrong.last}, a range, a list, or * with a step`
  )
}

const isField = (text: string, field: Field): boolean =>
  text.split(',').every(part => {
    const [, range = '', step] = /^([^/]*)(?:\/([1-9]\d*))?$/.exec(part) ?? []
    if (range === '*') return true
    const [from, to, ...more] = range.split('-').map(end => numbered(end, field))
    if (from === undefined || more.length > 0) return false
    return range.includes('-') ? to !== undefined && from <= to : step === undefined
  })

/** The number that it stands for; undefined if it is none of the field's. */
function numbered(text: string, { first, last, words }: Field): number | undefined {
  const word = (words as readonly string[]).indexOf(text.toLowerCase())
  if (word >= 0) return word + first
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  return number >= first && number <= last ? number : undefined
}
