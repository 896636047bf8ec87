/**
 * Whether a name matches a comma-separated list of patterns (ssh_config(5), PATTERNS): `*` is any text, `?` any one
 * character, a pattern after `!` that matches excludes the name whatever else does.
 */
export function matchesPattern(name: string, list: string): boolean {
  let matched = false
  for (const pattern of list.toLowerCase().split(',')) {
    if (!pattern.startsWith('!')) matched ||= matches(name, pattern)
    else if (matches(name, pattern.slice(1))) return false
  }
  return matched
}

/** Goes back to the last `*` only, so that no pattern can take long (a regular expression could). */
function matches(name: string, pattern: string): boolean {
  let n = 0
  let p = 0
  let star = -1
  let starAt = 0
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++
      starAt = n
    } else if (pattern[p] === '?' || pattern[p] === name[n]) {
      p++
      n++
    } else if (star >= 0) {
      p = star + 1
      n = ++starAt
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
