import type { Plan, Probe } from 'rampart'
import { inSync } from 'rampart'
import type { Layout } from './layout.ts'
import { findLayout } from './layout.ts'
import type { Variables } from './variables.ts'

interface Checked {
  check(probe: Probe): Plan | Promise<Plan>
}

/** Something that only one kind of web server has: the others are in sync without it. */
export function only(
  vars: Variables,
  applies: (layout: Layout | undefined) => boolean,
  what: (layout: Layout | undefined) => Checked,
): Checked {
  return {
    async check(probe) {
      const layout = await findLayout(probe, vars)
      return applies(layout) ? what(layout).check(probe) : inSync()
    },
  }
}
