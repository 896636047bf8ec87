import { expect } from 'vitest'
import type { WayBack } from './program.ts'

const DONE = { code: 0, said: '' }

/** Saves, which changes nothing, lets something change, and undoes it twice: each time all is as it was. */
export async function leadsBack(way: WayBack, look: () => unknown, change: () => void): Promise<void> {
  const was = look()
  expect(await way.run('save')).toEqual(DONE)
  expect(look()).toEqual(was)
  change()
  expect([await way.run('undo'), look(), await way.run('undo'), look()]).toEqual([DONE, was, DONE, was])
}

/** The same where the undo is cut again and again, each time at one of its steps, before it comes to its end. */
export async function leadsBackThrough(
  cuts: readonly number[],
  way: WayBack,
  look: () => unknown,
  change: () => void,
): Promise<void> {
  const was = look()
  expect(await way.run('save')).toEqual(DONE)
  change()
  for (const step of cuts) await way.cut(step)
  expect(await way.run('undo')).toEqual(DONE)
  expect(look()).toEqual(was)
}
