/** Puts what commands print together to lines, each host's and stream's by themselves. */
export interface LineBuffers {
  add(host: string, stream: string, text: string): void
  /** Hands out what has no newline yet: of one host, or of all. */
  flush(host?: string): void
}

/** Opens the buffers; whole lines go to `line`. */
export function lineBuffers(line: (host: string, text: string) => void): LineBuffers {
  const rest = new Map<string, Map<string, string>>()
  return {
    add: (host, stream, text) => {
      const ofHost = rest.get(host) ?? new Map<string, string>()
      rest.set(host, ofHost)
      // A carriage return alone draws over the line, as progress bars do; at the very end a newline may follow it.
      const lines = `${ofHost.get(stream) ?? ''}${text}`.split(/\r?\n|\r(?=.)/s)
      ofHost.set(stream, lines.pop() ?? '')
      for (const whole of lines) line(host, whole)
    },
    flush: host => {
      for (const name of host === undefined ? [...rest.keys()] : [host]) {
        for (const text of rest.get(name)?.values() ?? [])
          if (text !== '') line(name, text.replace(/\r$/, ''))
        rest.delete(name)
      }
    },
  }
}
