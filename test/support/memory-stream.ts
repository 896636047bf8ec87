import type { Stream } from '../../src/report/sink.ts'

/** A stream that keeps what is written to it. */
export interface MemoryStream extends Stream {
  readonly text: () => string
  readonly fail: (code: string) => void
}

export function memoryStream(
  terminal: { columns: number; rows: number } | undefined = undefined,
): MemoryStream {
  let text = ''
  const listeners: ((error: NodeJS.ErrnoException) => void)[] = []
  return {
    ...(terminal ? { isTTY: true, ...terminal } : {}),
    write: chunk => {
      text += chunk
      return true
    },
    on: (_, listener) => listeners.push(listener),
    text: () => text,
    fail: code => {
      for (const listener of listeners) listener(Object.assign(new Error(`write ${code}`), { code }))
    },
  }
}
