import type { z } from '../../index.ts'

/** What of zod's refinement context is needed to refuse a parameter. */
type Refinement = Pick<z.core.$RefinementCtx, 'addIssue'>

/** Refuses a parameter of a spec, with its name as the path of the mistake. */
export function refuse(context: Refinement, name: string, message: string): void {
  context.addIssue({ code: 'custom', path: [name], message })
}

/** Refuses the parameters that mean nothing beside another, rather than ignore them. */
export function refuseUnless(
  allowed: boolean,
  context: Refinement,
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
  message: string,
): void {
  if (allowed) return
  for (const name of names) if (given[name] !== undefined) refuse(context, name, message)
}
