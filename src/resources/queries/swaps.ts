import type { Probe, Query } from '../../index.ts'
import { read } from '../../index.ts'
import { unescaped } from './mount-table.ts'
import { wordsQuery } from './words.ts'

/** What the kernel swaps to, by path: its priority (proc_swaps(5)). */
export async function swapsOf(probe: Probe): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await probe.ask(read`cat /proc/swaps 2>/dev/null`)
  const rows = stdout.split('\n').slice(1).filter(Boolean)
  return new Map(
    rows.map(row => {
      const fields = row.split(/\s+/)
      return [unescaped(fields[0] ?? ''), Number(fields[4] ?? 0)] as const
    }),
  )
}

/** Whether a file holds what mkswap(8) writes: a mark at the end of its first page. */
export const isSwapFile: Query<string, boolean> = wordsQuery<boolean>({
  name: 'swap files',
  command: paths =>
    read`for f in ${paths}; do dd if="$f" bs=1 skip=$(($(getconf PAGESIZE || echo 4096) - 10)) count=10 2>/dev/null | tr -cd A-Z0-9; echo; done`,
  parse({ stdout }, paths) {
    const marks = stdout.split('\n')
    return paths.map((_, i) => marks[i] === 'SWAPSPACE2')
  },
})
