/** What is written to: standard output or standard error. */
export interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): boolean
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** Where lines go. When nobody reads any more, printing ends and the run goes on. */
export interface Sink {
  write(text: string): void
}

/** The reader has gone: a closed pipe (`| head`), a closed terminal, a closed stream. Not worth a word to nobody. */
const GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'])

/** Opens a sink on a stream. `lost` is told once why writing failed, if it was for another reason than a reader gone. */
export function openSink(stream: Stream, lost: (error: Error) => void = () => undefined): Sink {
  let broken = false
  stream.on('error', error => {
    if (broken) return
    broken = true
    if (!GONE.has(error.code ?? '')) lost(error)
  })
  return {
    write: text => {
      if (!broken) stream.write(text)
    },
  }
}
