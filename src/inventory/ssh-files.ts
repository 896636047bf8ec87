import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'

/** The settings of ssh_config(5) that change how we would reach a host, or forbid that we do. */
const MATTERS =
  /^(match|hostname|port|user|identityfile|identityagent|proxyjump|proxycommand|certificatefile|pkcs11provider|hostkeyalias|canonicalizehostname)$/i

/** The home folder that ssh knows: the account's, whatever HOME says. */
export function sshHome(): string {
  return userInfo().homedir
}

/**
 * Whether it is worth asking ssh at all: whether the user's or the system's file says anything that would change the
 * answer. Most have none, and a process for each of a thousand hosts is not free.
 */
export function sshFilesMatter(
  files: readonly string[] = [join(sshHome(), '.ssh/config'), '/etc/ssh/ssh_config'],
): boolean {
  return files.some(file => matters(file, { folder: dirname(file), seen: new Set() }))
}

interface Reading {
  /** Relative paths start beside the first file, however deep an `Include` stands. */
  readonly folder: string
  readonly seen: Set<string>
}

function matters(file: string, reading: Reading): boolean {
  const { folder, seen } = reading
  if (seen.has(file)) return false
  seen.add(file)
  if (!existsSync(file)) return false
  return lines(file).some(([keyword, value]) => {
    if (keyword.toLowerCase() !== 'include') return MATTERS.test(keyword)
    return value.split(/\s+/).some(each => {
      const files = included(each, folder)
      return files === undefined || files.some(other => matters(other, reading))
    })
  })
}

function lines(file: string): readonly (readonly [keyword: string, value: string])[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // Who cannot be read may say anything: ssh itself will tell.
    return [['match', '']]
  }
  return text.split('\n').flatMap(line => {
    const [, keyword, value = ''] = /^\s*"?([A-Za-z0-9]+)"?[\s=]*(.*?)\s*$/.exec(line) ?? []
    return keyword === undefined ? [] : [[keyword, value] as const]
  })
}

/** The files that an `Include` names. Undefined: a pattern in its folders, which nobody writes and we do not follow. */
function included(pattern: string, beside: string): readonly string[] | undefined {
  const text = pattern.replaceAll('"', '').replace(/^~(?=\/)/, sshHome())
  const path = isAbsolute(text) ? text : join(beside, text)
  const folder = dirname(path)
  if (/[*?[$%~]/.test(folder)) return undefined
  if (!/[*?[]/.test(basename(path))) return [path]
  if (!existsSync(folder)) return []
  const name = new RegExp(
    `^${basename(path)
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  return readdirSync(folder)
    .filter(each => name.test(each))
    .map(each => join(folder, each))
}
