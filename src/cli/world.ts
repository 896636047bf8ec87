import type { Stream } from '../run/report.ts'
import type { Terminal } from './ask.ts'
import { openTerminal } from './ask.ts'
import type { ErrorHearing } from './defect.ts'
import type { Hearing } from './signals.ts'

/** What a command line program has to do with: in a test, as little of it as the test needs. */
export interface World {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: NodeJS.ProcessEnv
  /** Where signals and uncaught errors are heard. */
  readonly process: Hearing & ErrorHearing
  /** Ends everything at once. */
  readonly exit: (code: number) => void
  /** Opens the terminal, to ask for what must not be seen. Throws a UsageError if there is none. */
  readonly terminal: () => Terminal
}

/** The real one. */
export const theWorld: World = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  process,
  exit: code => process.exit(code),
  terminal: openTerminal,
}
