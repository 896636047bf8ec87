/** Of each pair the first is what a mount is without being told. */
const PAIRS = [
  ['rw', 'ro'],
  ['suid', 'nosuid'],
  ['dev', 'nodev'],
  ['exec', 'noexec'],
] as const

/** mount(8): options that stand for others. */
const MEANING: Readonly<Record<string, readonly string[]>> = {
  defaults: ['rw', 'suid', 'dev', 'exec'],
  user: ['noexec', 'nosuid', 'nodev'],
  users: ['noexec', 'nosuid', 'nodev'],
  owner: ['nosuid', 'nodev'],
  group: ['nosuid', 'nodev'],
}

/** What options say of writing, set-id bits, devices and programs, one word each; the last that says something counts. */
export function flagsOf(options: readonly string[]): readonly string[] {
  const words = options.flatMap(option => MEANING[option] ?? [option])
  return PAIRS.map(([usual, other]) => words.findLast(word => word === usual || word === other) ?? usual)
}

/** The same of a mount that is there, whose kernel names `ro` beside `rw` where its file system is. */
export function liveFlags(flags: readonly string[]): readonly string[] {
  return PAIRS.map(([usual, other]) => (flags.includes(other) ? other : usual))
}
