import type { Plan } from '../../index.ts'
import { drift, inSync } from '../../index.ts'
import type { Account } from '../queries/passwd.ts'
import type { FileLook } from './file-look.ts'
import { privateFolder } from './private-folder.ts'

/** The plan for a folder in a user's home that is its own. Throws as {@link privateFolder} does. */
export function privateFolderPlan(path: string, look: FileLook, account: Account): Plan {
  const { changes, steps } = privateFolder(path, look, account)
  const [first, ...rest] = steps
  return first ? drift({ kind: 'fields', changes }, [first, ...rest]) : inSync()
}
