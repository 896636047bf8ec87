import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { wordsQuery } from './words.ts'

/** What systemd makes of a time as systemd.time(7) has it. */
export interface CalendarTime {
  /** Why it is none; undefined if it is one. */
  readonly error: string | undefined
  /** When it comes next, in systemd's words; undefined: never again. */
  readonly next: string | undefined
}

/** `systemd-analyze calendar` for any number of times. It needs no systemd that runs. */
export const calendarTime: Query<string, CalendarTime> = wordsQuery<CalendarTime>({
  name: 'systemd-analyze calendar',
  command: times =>
    read`for t in ${times}; do LC_ALL=C systemd-analyze calendar -- "$t" 2>&1; echo "exit $?"; done`,
  parse({ stdout }, times) {
    const answers = stdout.split(/^exit (\d+)\n/m)
    return times.map((time, i) => {
      const [said = '', code] = [answers[2 * i], answers[2 * i + 1]]
      const next = /Next elapse: (.*)$/m.exec(said)?.[1]
      const error = code === '0' ? undefined : said.trim() || `"${time}" was not understood`
      return { error, next: next === 'never' ? undefined : next }
    })
  },
})
