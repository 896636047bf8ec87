const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the other side',
  EPIPE: 'connection reset by the other side',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to its network',
  EADDRNOTAVAIL: 'no address of ours can reach it',
  ENOTFOUND: 'no such name',
  EAI_AGAIN: 'the name server does not answer',
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOSPC: 'no space left',
  EROFS: 'the file system is read-only',
}

/** Why, in words: of a system error what its code means, of others their message, made safe to print. */
export function reason(cause: unknown): string {
  const code = errorCode(cause)
  const words = WORDS[code]
  if (words !== undefined) return `${words} (${code})`
  return printable(cause instanceof Error ? cause.message : String(cause))
}

/** The code of a system error, as in `ENOENT`; empty: it has none. */
export function errorCode(cause: unknown): string {
  const code = (cause as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : ''
}

/** What a machine said, on one line, without control characters (they could write to a terminal), at most 200 long. */
export function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

/** `8 s`, `0.3 s`: a deadline for a message. */
export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`
}
