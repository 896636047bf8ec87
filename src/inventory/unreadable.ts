const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'it is no folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
}

/** Why a file cannot be read, with the code of the system error (errno(3)): `there is no such file (ENOENT)`. */
export function unreadable(cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return WORDS[code] === undefined ? message : `${WORDS[code]} (${code})`
}
