interface Cursor {
  y: number
  x: number
}

/** What a terminal shows after these bytes: as much of ECMA-48 as redrawing in place needs. */
export function screen(bytes: string): string[] {
  const rows: string[] = ['']
  const at: Cursor = { y: 0, x: 0 }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read
  for (const [token, n, letter] of bytes.matchAll(/\x1b\[\??(\d*)([A-Za-z])|./gsu)) {
    if (letter === undefined) type(rows, at, token)
    else if (letter === 'K') rows[at.y] = n === '2' ? '' : (rows[at.y] ?? '').slice(0, at.x)
    else move(at, letter, Number(n || 1))
    while (rows.length <= at.y) rows.push('')
  }
  return rows
}

function type(rows: string[], at: Cursor, token: string): void {
  if (token === '\n') Object.assign(at, { y: at.y + 1, x: 0 })
  else if (token === '\r') at.x = 0
  else {
    const row = rows[at.y] ?? ''
    rows[at.y] = `${row.padEnd(at.x).slice(0, at.x)}${token}${row.slice(at.x + 1)}`
    at.x++
  }
}

function move(at: Cursor, letter: string, n: number): void {
  if (letter === 'A') at.y = Math.max(0, at.y - n)
  if (letter === 'B') at.y += n
  if (letter === 'G') at.x = n - 1
}
