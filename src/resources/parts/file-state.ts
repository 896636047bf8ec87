import type { Probe, Text } from '../../index.ts'
import { Secret } from '../../index.ts'
import { contentOf } from '../queries/content.ts'
import { sha256Of } from '../queries/sha256.ts'
import type { FileLook } from './file-look.ts'
import { lookAtFile } from './file-look.ts'
import type { Digest } from './source.ts'
import { digest, sourceBytes, sourceDigest } from './source.ts'
import { LONGEST_SHOWN, shownText } from './text-diff.ts'

/** What of a file is found, and what it is held against. */
export interface FileState {
  readonly look: FileLook
  /** Of what is there; null if that is no regular file. */
  readonly sha256: string | null
  /** Of what is wanted; undefined if any content will do. */
  readonly wanted: Digest | undefined
  /** For the diff, where there is one to be shown: what is there; null if that is no regular file. */
  readonly before: string | null | undefined
  /** For the diff: what is wanted. */
  readonly after: string | undefined
}

export interface WantedContent {
  readonly path: string
  readonly content?: Text | Uint8Array | undefined
  /** A file of the controller. */
  readonly source?: string | undefined
  /** The file is to go. */
  readonly removed: boolean
  readonly diff: boolean
}

/**
 * Looks at a file. What it holds is only fetched, in a second turn, if it is not what it should hold: a host that is in
 * sync sends no contents.
 */
export async function readFileState(probe: Probe, file: WantedContent): Promise<FileState> {
  const { path, content, source, removed } = file
  const isHeldAgainst = content !== undefined || source !== undefined
  const [look, sha256, wanted] = await Promise.all([
    lookAtFile(probe, path),
    isHeldAgainst ? probe.ask(sha256Of, path) : null,
    wantedDigest(file),
  ])
  const differs = removed ? look.stat !== null : wanted !== undefined && sha256 !== wanted.sha256
  const isShown = differs && file.diff && !Secret.is(content)
  return {
    look,
    sha256,
    wanted,
    before: isShown ? await textThere(probe, path, look) : undefined,
    after: isShown ? await textWanted(content as string | Uint8Array | undefined, source) : undefined,
  }
}

async function wantedDigest({ content, source }: WantedContent): Promise<Digest | undefined> {
  if (source !== undefined) return sourceDigest(source)
  if (content === undefined) return undefined
  return digest(Secret.is(content) ? content.reveal() : content)
}

async function textThere(probe: Probe, path: string, { stat }: FileLook): Promise<string | null | undefined> {
  if (stat?.type !== 'file') return null
  if (stat.size > LONGEST_SHOWN) return undefined
  const content = await contentOf(probe, path)
  return content === 'too long' ? undefined : shownText(content)
}

async function textWanted(
  content: string | Uint8Array | undefined,
  source: string | undefined,
): Promise<string | undefined> {
  return shownText(source === undefined ? content : await sourceBytes(source, LONGEST_SHOWN + 1))
}
