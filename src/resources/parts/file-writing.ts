import { posix } from 'node:path'
import type { Command, FileMode, Plan, Step, Steps, Touch, Upload } from '../../index.ts'
import { drift, run } from '../../index.ts'
import type { Attributes } from './attributes.ts'
import { attributeChanges, attributeSteps } from './attributes.ts'
import type { FileLook } from './file-look.ts'
import { mayBeReplaced } from './file-look.ts'
import { digest } from './source.ts'
import type { Validation } from './validation.ts'
import { candidateOf, validationStep } from './validation.ts'

/** A whole file to be put somewhere. */
export interface Writing extends Attributes {
  readonly path: string
  readonly content: Upload['content']
  /** What a new file gets if `mode` is not given. */
  readonly newMode: FileMode
  readonly validate?: Validation | undefined
}

/**
 * The steps that put a whole file in its place, with owner and mode; what is not given stays as it was. With a
 * validation the content is sent twice, and the second time only if its candidate was accepted: so the file itself is
 * written as every file is, atomically and with what it replaces kept. Throws a CheckFailed if it cannot be replaced.
 */
export function writingSteps(writing: Writing, look: FileLook): Steps {
  mayBeReplaced(writing.path, look)
  const { path, validate } = writing
  const replaced = look.stat?.type === 'file' ? look.stat : undefined
  const owner = writing.owner ?? replaced?.uid
  const group = writing.group ?? replaced?.gid
  const upload: Upload = {
    path,
    content: writing.content,
    mode: writing.mode ?? replaced?.mode ?? writing.newMode,
    ...(owner === undefined ? {} : { owner: String(owner) }),
    ...(group === undefined ? {} : { group: String(group) }),
  }
  const clearing = cleared(path, look)
  if (validate === undefined) return [...clearing, upload] as readonly Step[] as Steps
  return [{ ...upload, path: candidateOf(path) }, validationStep(validate, path), ...clearing, upload]
}

/** Fails if a file no longer holds what it held when its new content was made of that; null: it was not there. */
export function unlessChanged(path: string, content: Uint8Array | null): Command {
  const told = run`{ printf '%s\n' ${`${path} was changed by somebody else since it was looked at`} >&2; false; }`
  if (content === null) return run`[ ! -e ${path} ] || ${told}`
  return run`set -- $(sha256sum <${path}); [ "$1" = ${digest(content).sha256} ] || ${told}`
}

/** Takes away what is no regular file: renaming onto a link to a directory would move into that. */
export function cleared(path: string, { stat }: Pick<FileLook, 'stat'>): readonly Command[] {
  if (stat === null || stat.type === 'file') return []
  return [stat.type === 'directory' ? run`rmdir -- ${path}` : run`rm -f -- ${path}`]
}

/** The plan for a file whose content is as it should be: its mode and owner may not be. */
export function attributesPlan(path: string, wanted: Attributes, { stat }: FileLook): Plan | undefined {
  if (stat === null) return undefined
  const [first, ...rest]: readonly Command[] = attributeSteps(path, wanted, stat)
  return first && drift({ kind: 'fields', changes: attributeChanges(wanted, stat) }, [first, ...rest])
}

/** What a file's resource reads and writes. */
export const fileTouch = (path: string): Touch => `file:/${posix.relative('/', path)}`
