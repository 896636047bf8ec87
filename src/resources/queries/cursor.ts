/** Reads a reply from front to back, so that what is in it is found by order and length and never by its looks. */
export interface Cursor {
  /** The text up to the next newline, which is consumed; undefined if there is none. */
  line(): string | undefined
  /** The text up to the next NUL, which is consumed; undefined if there is none. */
  word(): string | undefined
  /** So many bytes; undefined if there are fewer. */
  take(count: number): Uint8Array | undefined
}

export function cursor(bytes: Uint8Array): Cursor {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const upTo = (byte: number): string | undefined => {
    const end = all.indexOf(byte, at)
    if (end < 0) return undefined
    const text = all.toString('utf8', at, end)
    at = end + 1
    return text
  }
  return {
    line: () => upTo(0x0a),
    word: () => upTo(0),
    take(count) {
      if (at + count > all.length) return undefined
      at += count
      return all.subarray(at - count, at)
    },
  }
}
