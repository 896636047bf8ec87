import { posix } from 'node:path'
import type { FileMode, Plan, Step } from '../../index.ts'
import { CheckFailed, drift, inSync, run } from '../../index.ts'
import { matcherOf } from '../parameters/glob.ts'
import type { FileStat } from '../queries/stat.ts'
import { chunks } from '../queries/words.ts'
import type { TreeEntry, TreeSpec, TreeState } from '../tree.ts'
import type { Attributes } from './attributes.ts'
import { attributeChanges, exactMode, ownerAndGroup } from './attributes.ts'
import { mayBeReplaced } from './file-look.ts'
import { cleared } from './file-writing.ts'

/** What the plan of a tree is put together from, in the order in which it is done. */
interface Copying {
  readonly changes: Record<string, readonly [from: string, to: string]>
  /** Paths of what is in the way of a directory. */
  readonly cleared: string[]
  /** Paths of directories that are missing, each after the one that it is in. */
  readonly made: string[]
  readonly written: Step[]
  /** Paths by the owner and the mode that they are to get; directories, once all is in them. */
  readonly chowned: string[]
  readonly chmodded: Map<FileMode, string[]>
}

/** The plan that makes a tree on the host as it is to be. Throws a CheckFailed if something there is in the way. */
export function copying(spec: TreeSpec, state: TreeState): Plan {
  const copy: Copying = { changes: {}, cleared: [], made: [], written: [], chowned: [], chmodded: new Map() }
  directory(copy, spec, spec.path, '.', state.look.stat)
  // What is found beneath something that is no directory was found by following a link.
  const replaced = new Set<string>()
  for (const found of state.entries) {
    const { wanted } = found
    const isNew = replaced.has(posix.dirname(wanted.path))
    const entry = isNew ? { ...found, stat: null, sha256: null, target: null } : found
    const at = `${spec.path}/${wanted.path}`
    const { stat } = entry
    if (stat !== null && stat.type !== wanted.type) mayGo(spec, at, stat, wanted.type)
    if (wanted.type === 'directory' && stat?.type !== 'directory') replaced.add(wanted.path)
    one(copy, spec, at, entry)
  }
  const gone = removals(copy, spec, state)
  const whose = ownerAndGroup(spec)
  const [first, ...rest]: Step[] = [
    ...each(copy.cleared, paths => run`rm -f -- ${paths}`),
    ...each(copy.made, paths => run`( umask 077; mkdir -- ${paths} )`),
    ...copy.written,
    ...(whose === undefined ? [] : each(copy.chowned, paths => run`chown -h -- ${whose} ${paths}`)),
    ...[...copy.chmodded].flatMap(([mode, paths]) =>
      each(paths, some => run`chmod -- ${exactMode(mode)} ${some}`),
    ),
    ...gone,
  ]
  return first ? drift({ kind: 'fields', changes: shown(copy.changes) }, [first, ...rest]) : inSync()
}

function one(copy: Copying, spec: TreeSpec, at: string, entry: TreeEntry): void {
  const { wanted, stat } = entry
  if (wanted.type === 'directory') directory(copy, spec, at, wanted.path, stat)
  else if (wanted.type === 'file') file(copy, spec, at, entry)
  else symbolicLink(copy, spec, at, entry)
}

function directory(copy: Copying, spec: TreeSpec, at: string, name: string, stat: FileStat | null): void {
  if (stat?.type === 'directory') {
    attributesOf(copy, { ...spec, mode: spec.directoryMode }, at, name, stat)
    return
  }
  if (stat !== null) copy.cleared.push(at)
  copy.made.push(at)
  copy.changes[name] = [stat?.type ?? 'absent', 'directory']
  copy.chowned.push(at)
  chmodded(copy, spec.directoryMode, at)
}

function file(copy: Copying, spec: TreeSpec, at: string, entry: TreeEntry): void {
  const { wanted, digest, stat, sha256, mounted } = entry
  if (wanted.type !== 'file' || digest === undefined) return
  const mode = spec.fileMode ?? (wanted.isExecutable ? '0755' : '0644')
  const there = stat?.type === 'file' ? stat : undefined
  if (there && sha256 === digest.sha256) {
    attributesOf(copy, { ...spec, mode }, at, wanted.path, there)
    return
  }
  if (there && sha256 === null) {
    throw new CheckFailed(`${at} may not be read by this user`, {
      hint: 'Set become: true on the task, the play or the host.',
    })
  }
  mayBeReplaced(at, { stat, folder: null, mounted })
  const { owner = there?.uid, group = there?.gid } = spec
  copy.written.push(...cleared(at, { stat }), {
    path: at,
    content: { source: wanted.source },
    mode,
    ...(owner === undefined ? {} : { owner: String(owner) }),
    ...(group === undefined ? {} : { group: String(group) }),
  })
  const told = (size: number, sum: string): string => `${size} bytes, sha256 ${sum.slice(0, 12)}`
  copy.changes[wanted.path] = [
    there && sha256 !== null ? told(there.size, sha256) : (stat?.type ?? 'absent'),
    told(digest.size, digest.sha256),
  ]
}

function symbolicLink(copy: Copying, spec: TreeSpec, at: string, { wanted, stat, target }: TreeEntry): void {
  if (wanted.type !== 'symbolic link') return
  if (stat?.type === 'symbolic link' && target === wanted.target) {
    attributesOf(copy, { owner: spec.owner, group: spec.group }, at, wanted.path, stat)
    return
  }
  copy.written.push(...cleared(at, { stat }), run`ln -s -f -T -- ${wanted.target} ${at}`)
  copy.changes[wanted.path] = [
    target === null ? (stat?.type ?? 'absent') : `link to ${target}`,
    `link to ${wanted.target}`,
  ]
  copy.chowned.push(at)
}

/** What is there is of the right type and content; its mode and owner may not be. */
function attributesOf(copy: Copying, wanted: Attributes, at: string, name: string, stat: FileStat): void {
  const changes = Object.entries(attributeChanges(wanted, stat))
  if (changes.length === 0) return
  copy.changes[name] = [0, 1].map(i => changes.map(([what, to]) => `${what} ${to[i]}`).join(', ')) as never
  const chowns = changes.some(([what]) => what !== 'mode')
  if (chowns) copy.chowned.push(at)
  // chown(2) takes the set-id bits away.
  if (wanted.mode !== undefined) chmodded(copy, wanted.mode, at)
}

function chmodded({ chmodded }: Copying, mode: FileMode, at: string): void {
  const paths = chmodded.get(mode)
  if (paths) paths.push(at)
  else chmodded.set(mode, [at])
}

function mayGo({ force }: TreeSpec, at: string, { type }: FileStat, wanted: string): void {
  if (force && (type !== 'directory' || wanted !== 'directory')) return
  throw new CheckFailed(`${at} is a ${type}, not a ${wanted}`, {
    hint: `force: true replaces ${type === 'directory' ? 'an empty directory' : `the ${type}`}.`,
  })
}

/** Files and links go one by one, directories once they are empty: nothing is removed that was not seen. */
function removals(
  copy: Copying,
  { path, exclude }: TreeSpec,
  { look, entries, listing }: TreeState,
): readonly Step[] {
  if (listing === undefined) return []
  const isExcluded = matcherOf(exclude)
  const wanted = new Set(entries.map(entry => entry.wanted.path))
  const isKept = (name: string): boolean => wanted.has(name) || isExcluded(name)
  const kept = [...listing.directories, ...listing.others].filter(isKept)
  const holdsKept = new Set(kept.flatMap(ancestors))
  const others = listing.others.filter(name => !isKept(name))
  const directories = listing.directories
    .filter(name => !isKept(name) && !holdsKept.has(name))
    .sort((one, other) => other.split('/').length - one.split('/').length)
  const gone = [...others, ...directories]
  if (gone.length > 0 && look.mounted.below) {
    throw new CheckFailed(`something is mounted below ${path}, of which something is to be deleted`, {
      hint: 'Exclude the place where it is mounted and delete by hand, or unmount it first.',
    })
  }
  for (const name of gone) copy.changes[name] = [others.includes(name) ? 'there' : 'directory', 'absent']
  const at = (name: string): string => `${path}/${name}`
  return [
    ...each(others.map(at), paths => run`rm -f -- ${paths}`),
    ...each(directories.map(at), paths => run`rmdir -- ${paths}`),
  ]
}

const ancestors = (name: string): readonly string[] =>
  name
    .split('/')
    .slice(0, -1)
    .map((_, i, all) => all.slice(0, i + 1).join('/'))

const each = (paths: readonly string[], step: (paths: readonly string[]) => Step): readonly Step[] =>
  paths.length === 0 ? [] : chunks(paths).map(step)

/** How many of the things that differ are told one by one. */
const MOST_SHOWN = 50

function shown(changes: Copying['changes']): Copying['changes'] {
  const all = Object.entries(changes)
  if (all.length <= MOST_SHOWN) return changes
  const rest = `${all.length - MOST_SHOWN} more differ`
  return { ...Object.fromEntries(all.slice(0, MOST_SHOWN)), '…': [rest, 'as in the source'] }
}
