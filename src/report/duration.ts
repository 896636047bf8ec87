/** A time in milliseconds for people: `3 ms`, `840 ms`, `2.1 s`, `42 s`, `1 m 05 s`, `2 h 03 m`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${two(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`
}

const two = (n: number): string => String(n).padStart(2, '0')

/** A time in milliseconds in whole seconds, for a clock that runs: `0 s`, `7 s`, `1 m 05 s`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000)
}
