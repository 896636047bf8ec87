import { ConnectionLost, RampartError } from '../model/error.ts'
import type { Ending, Script } from '../transport/transport.ts'
import type { Recalled } from './recall.ts'
import type { Shells } from './shells.ts'
import type { Broken, Waiting } from './waiting.ts'

export interface ReplayOptions {
  /** The user whose shell keeps others out: after a loss it comes first. Undefined: nobody is kept out. */
  readonly holder: () => string | undefined
  /** How a mutation ended that was under way when the line was lost. */
  readonly recall: (
    receipt: number,
    ask: (text: string) => Promise<Ending>,
    patience: number,
  ) => Promise<Recalled>
}

/** Makes a shell begin. */
const NOTHING: Script = { text: ':', timeout: 60_000 }

/**
 * On new shells, has the host's lock again and then brings each broken call to its end, in order. Throws a ConnectionLost
 * if they were lost as well, another error if they are of no use: the lock was taken meanwhile, or sudo refused.
 */
export async function replay(
  calls: readonly Waiting[],
  shells: Shells,
  { holder, recall }: ReplayOptions,
): Promise<void> {
  const user = holder()
  if (user !== undefined) {
    const [held] = await Promise.all(shells.exchange(user, [NOTHING]))
    if (held?.kind !== 'exited') throw new ConnectionLost('it was lost before it was locked')
  }
  for (const one of calls) await settle(one, shells, recall)
}

async function settle(one: Waiting, shells: Shells, recall: ReplayOptions['recall']): Promise<void> {
  let ending: Ending | 'cut'
  try {
    ending = await again(one, shells, recall)
  } catch (error) {
    if (isLoss(error)) throw error
    // Sudo refuses the user now: a receipt that cannot be read says nothing.
    if (one.call.receipt === undefined) one.refuse(error as Error)
    else one.answer(one.broken as Broken)
    return
  }
  if (ending === 'cut') return one.answer(one.broken as Broken)
  if (ending.kind === 'exited') return one.answer(ending)
  one.broken = ending
  throw new ConnectionLost('it was lost again')
}

/** Sends a call once more, unless it is a mutation that was begun: then its receipt says what became of it. */
async function again(one: Waiting, shells: Shells, recall: ReplayOptions['recall']): Promise<Ending | 'cut'> {
  const { user, script, receipt } = one.call
  const send = async (script: Script): Promise<Ending> => {
    const [ending] = shells.exchange(user, [script])
    return ending as Promise<Ending>
  }
  if (receipt === undefined || one.broken?.kind === 'never-started') return send(script)
  const patience = one.broken?.kind === 'timed-out' ? 0 : script.timeout
  const was = await recall(receipt, text => send({ text, timeout: 60_000 }), patience)
  if (was === 'lost') throw new ConnectionLost('it was lost again')
  return was === 'absent' ? send(script) : was
}

/** Whether an error says that the line was lost. */
export const isLoss = (error: unknown): error is Error =>
  RampartError.is(error) && error.name === 'ConnectionLost'
