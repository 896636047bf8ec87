/** Whether a version of rpm comes before another, `[epoch:]version-release` (rpm-version(7)). */
export function isOlder(one: string, other: string): boolean {
  const [a, b] = [parts(one), parts(other)]
  const order = a.map((part, i) => compare(part, b[i] ?? '')).find(result => result !== 0)
  return order !== undefined && order < 0
}

/** Epoch, version, release. */
function parts(version: string): readonly string[] {
  const [, epoch = '0', upstream = '', release = ''] = /^(?:(\d+):)?([^-]*)(?:-(.*))?$/.exec(version) ?? []
  return [epoch, upstream, release]
}

/** Runs of digits and of letters are compared one by one; `~` comes before even the end, `^` right after it. */
function compare(one: string, other: string): number {
  const [a, b] = [segments(one), segments(other)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = rank(a[i]) - rank(b[i]) || compareSegments(a[i] ?? '', b[i] ?? '')
    if (order !== 0) return order
  }
  return 0
}

const segments = (text: string): readonly string[] => text.match(/\d+|[A-Za-z]+|[~^]/g) ?? []

function rank(segment: string | undefined): number {
  if (segment === undefined) return 1
  if (segment === '~') return 0
  if (segment === '^') return 2
  return /^\d/.test(segment) ? 4 : 3
}

function compareSegments(one: string, other: string): number {
  if (!/^\d/.test(one)) return one < other ? -1 : Number(one > other)
  const [a, b] = [BigInt(one), BigInt(other)]
  return a < b ? -1 : Number(a > b)
}
