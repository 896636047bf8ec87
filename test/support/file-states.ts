import type { FileMode } from '../../src/model/plan.ts'
import type { FileState } from '../../src/resources/parts/file-state.ts'
import { digest } from '../../src/resources/parts/source.ts'
import type { FileStat } from '../../src/resources/queries/stat.ts'

const folder: FileStat = {
  ...{ type: 'directory', mode: '0755', size: 4096 },
  ...{ uid: 0, gid: 0, owner: 'root', group: 'root' },
}

/** What a look at a file finds: root's, holding `before`, where `after` is wanted; null: none. */
export function fileState(before: string | null, after: string | null, mode: FileMode = '0644'): FileState {
  const stat: FileStat | null =
    before === null ? null : { ...folder, type: 'file', mode, size: Buffer.byteLength(before) }
  return {
    look: { stat, folder, mounted: { on: false, below: false } },
    sha256: before === null || after === null ? null : digest(before).sha256,
    wanted: after === null ? undefined : digest(after),
    before: before === after ? undefined : before,
    after: before === after ? undefined : (after ?? undefined),
  }
}

/** The same without its folder. */
export const withoutFolder = (state: FileState): FileState => ({
  ...state,
  look: { ...state.look, folder: null },
})
