import { defineResource, drift, run, z } from '../index.ts'

const spec = z.object({
  seconds: z.int().min(1).max(86_400).describe('how long, at most a day'),
  message: z.string().min(1).describe('what is waited for, for who reads the run'),
})

export type PauseSpec = z.output<typeof spec>

/**
 * Waits, in every run, and so counts as a change in every run; a dry run does not wait. What has a sign to wait for is
 * better waited for by that sign.
 *
 * @example
 * ```ts
 * pause({ seconds: 1, message: 'the other nodes have seen the new certificate' })
 * ```
 */
export const pause = defineResource<typeof spec, null>({
  kind: 'pause',
  spec,
  id: ({ message }) => `pause ${message}`,
  read: async () => null,
  plan({ seconds }) {
    const changes = { pause: ['not yet', `${seconds} s`] } as const
    return drift({ kind: 'fields', changes }, [run({ timeout: seconds + 60 })`sleep ${seconds}`], {
      always: true,
    })
  },
})
