import type { Command } from '../../index.ts'
import { read, run } from '../../index.ts'

export interface Waiting {
  /** Run before the first try: what it needs. */
  readonly begin?: Command<'read'>
  /** Sets `said`, and succeeds if what is waited for has come. */
  readonly tried: Command<'read'>
  /** Seconds. */
  readonly timeout: number
  /** What has not come, as the beginning of a sentence that `said` ends. */
  readonly missing: string
  readonly stdin?: Command['stdin'] | undefined
}

/** A step that changes nothing: it tries once a second until it succeeds, and fails with what was said last. */
export function waitingStep({ begin, tried, timeout, missing, stdin }: Waiting): Command {
  const options = { timeout: timeout + 60, ...(stdin === undefined ? {} : { stdin }) }
  // The clock of the host may be set meanwhile; the time since its start is only counted.
  return run(options)`${begin ?? read``}
up() { read -r up _ </proc/uptime; up=\${up%.*}; }
up; end=$((up + ${Math.ceil(timeout)}))
until ${tried}; do
up; if [ "$up" -ge "$end" ]; then printf '%s: %s\\n' ${`${missing} after ${timeout} s`} "$said" >&2; exit 1; fi
sleep 1
done`
}
