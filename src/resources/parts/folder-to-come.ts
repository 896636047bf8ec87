import type { FileLook } from './file-look.ts'

/** A look at a file whose folder is made before it is. */
export function willBeThere(look: FileLook): FileLook {
  const { folder } = look
  if (folder !== null) return look
  const made = {
    type: 'directory',
    mode: '0755',
    uid: 0,
    gid: 0,
    owner: 'root',
    group: 'root',
    size: 0,
  } as const
  return { ...look, folder: made }
}
