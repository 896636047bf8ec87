import { z } from '../../index.ts'

/** A path on the host: absolute, without `.` and `..`. Needless slashes are taken out, so that one file has one name. */
export function hostPath(): z.ZodType<string, string> {
  return z
    .string()
    .overwrite(path => path.replaceAll(/\/{2,}/g, '/').replace(/(.)\/$/, '$1'))
    .superRefine((path, context) => {
      const message = whatIsWrong(path)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
}

/** A file of the controller: absolute, as a playbook may be run from any folder. */
export function controllerPath(): z.ZodType<string, string> {
  return z.string().refine(path => path.startsWith('/') && !path.includes('\0'), {
    error: "expected an absolute path, such as join(import.meta.dirname, 'files', 'motd')",
  })
}

/** PATH_MAX and NAME_MAX of Linux (limits.h), without the terminating NUL. */
const LONGEST_PATH = 4095
const LONGEST_NAME = 255

function whatIsWrong(path: string): string | undefined {
  if (!path.startsWith('/')) return "expected an absolute path, such as '/etc/motd'"
  if (path === '/') return 'expected a path below /'
  if (path.includes('\0')) return 'a path cannot hold a NUL byte'
  if (/\p{Surrogate}/u.test(path)) return 'expected whole Unicode characters'
  const names = path.slice(1).split('/')
  if (names.includes('.') || names.includes('..')) return 'expected a path without "." and ".."'
  if (Buffer.byteLength(path) > LONGEST_PATH) return `a path has at most ${LONGEST_PATH} bytes`
  if (names.some(name => Buffer.byteLength(name) > LONGEST_NAME))
    return `a name in a path has at most ${LONGEST_NAME} bytes`
  return undefined
}
