import type { Session } from '../session/session.ts'

/** The session of a host of the run, by name. Throws for a host that is not there. */
export type Reach = (host: string) => Session
