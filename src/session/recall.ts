import { setTimeout as sleep } from 'node:timers/promises'
import type { Ending } from '../transport/transport.ts'
import type { Exited } from './waiting.ts'

/** Milliseconds between two looks at a receipt. */
const PAUSE = 1000

/**
 * What became of a mutation: its true ending; `absent` if it never began; `cut` if it was begun and its end will not be
 * known; `lost` if the line was lost again before that was said.
 */
export type Recalled = Exited | 'absent' | 'cut' | 'lost'

/** Reads a mutation's receipt (`_recall` of the prelude). While it still runs it is waited for, `patience` ms at most. */
export async function recall(
  receipt: number,
  ask: (text: string) => Promise<Ending>,
  patience: number,
): Promise<Recalled> {
  const until = performance.now() + patience
  for (;;) {
    const ending = await ask(`_recall ${receipt}`)
    if (ending.kind === 'lost' || ending.kind === 'never-started') return 'lost'
    if (ending.kind !== 'exited') return 'cut'
    const end = ending.stdout.indexOf(0x0a)
    const was = Buffer.from(ending.stdout.subarray(0, end)).toString()
    if (was === 'absent') return 'absent'
    const code = /^exit (\d+)$/.exec(was)?.[1]
    if (code !== undefined) return { ...ending, code: Number(code), stdout: ending.stdout.subarray(end + 1) }
    if (was !== 'running' || performance.now() >= until) return 'cut'
    await sleep(PAUSE)
  }
}
