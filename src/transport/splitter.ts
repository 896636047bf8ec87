/** What a {@link Splitter} has found, in order. */
export interface Sink {
  /** More bytes of the body that the next mark ends. They are a view of a chunk: keep a copy, not them. */
  body(bytes: Buffer): void
  /** The end of a body. */
  mark(id: number, code: number): void
}

const NOTHING: Buffer = Buffer.alloc(0)

/**
 * Cuts one stream of a framed shell at its marks, `<nonce> <id> <code>\n`. The nonce is random and nobody on the host is
 * told it, so what precedes a mark needs no escaping and no newline at its end. A nonce with anything else behind it (a
 * script that lists the shell's own functions) is part of the body.
 *
 * Holds no more than the bytes that may be the beginning of a mark.
 */
export class Splitter {
  readonly #nonce: Buffer
  readonly #sink: Sink
  #held: Buffer = NOTHING

  constructor(nonce: string, sink: Sink) {
    this.#nonce = Buffer.from(nonce)
    this.#sink = sink
  }

  push(chunk: Buffer): void {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = NOTHING
    let from = 0
    let at = data.indexOf(this.#nonce)
    while (at !== -1) {
      const mark = readMark(data, at + this.#nonce.length)
      if (mark === 'cut') break
      if (mark !== undefined) {
        this.#tell(data, from, at)
        this.#sink.mark(mark.id, mark.code)
        from = mark.end
      }
      at = data.indexOf(this.#nonce, mark?.end ?? at + 1)
    }
    this.#hold(data, from, at === -1 ? data.length - this.#overlap(data, from) : at)
  }

  #tell(data: Buffer, from: number, to: number): void {
    if (to > from) this.#sink.body(data.subarray(from, to))
  }

  #hold(data: Buffer, from: number, at: number): void {
    this.#tell(data, from, at)
    // A copy, as a view would keep the whole chunk alive while the stream is silent.
    if (at < data.length) this.#held = Buffer.from(data.subarray(at))
  }

  /** How many bytes at the end of the data are the beginning of a nonce. */
  #overlap(data: Buffer, from: number): number {
    const most = Math.min(this.#nonce.length - 1, data.length - from)
    for (let size = most; size > 0; size--) {
      if (data.compare(this.#nonce, 0, size, data.length - size) === 0) return size
    }
    return 0
  }
}

const SPACE = 0x20
const NEWLINE = 0x0a

/** The rest of a mark behind its nonce: nothing when it is none, `cut` when its end has not come yet. */
function readMark(
  data: Buffer,
  start: number,
): { readonly id: number; readonly code: number; readonly end: number } | 'cut' | undefined {
  const id = readNumber(data, start, 9)
  if (id === 'cut' || id === undefined) return id
  const code = readNumber(data, id.end, 3)
  if (code === 'cut' || code === undefined) return code
  return data[code.end] === NEWLINE ? { id: id.value, code: code.value, end: code.end + 1 } : undefined
}

/** A space and up to so many digits, ended by some other byte. */
function readNumber(
  data: Buffer,
  start: number,
  digits: number,
): { readonly value: number; readonly end: number } | 'cut' | undefined {
  if (start === data.length) return 'cut'
  if (data[start] !== SPACE) return undefined
  let value = 0
  for (let at = start + 1; at <= start + 1 + digits; at++) {
    const byte = data[at]
    if (byte === undefined) return 'cut'
    if (byte < 0x30 || byte > 0x39) return at === start + 1 ? undefined : { value, end: at }
    value = value * 10 + byte - 0x30
  }
  return undefined
}
