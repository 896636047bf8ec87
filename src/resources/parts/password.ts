import type { Command } from '../../index.ts'
import { CheckFailed, run, Secret } from '../../index.ts'

/**
 * What shadow(5) is to hold for a user: the hash, behind `!` if the account is locked. Throws a CheckFailed, which does
 * not show it, for what is no hash: a password would be stored as it is, and would match nothing.
 */
export function wantedHash(name: string, password: Secret, locked: boolean | undefined): Secret {
  const hash = password.reveal()
  if (!isHash(hash)) {
    throw new CheckFailed(`the password of ${name} is no hash as crypt(5) makes them`, {
      hint: "Make one with 'openssl passwd -6' or mkpasswd, and keep that.",
    })
  }
  return locked && !hash.startsWith('!') ? new Secret(`!${hash}`) : password
}

/** `$id$…`, the old ones of 13 letters, or what no password can match. */
const isHash = (hash: string): boolean =>
  /^!{0,2}(\$[0-9a-z]+\$[^:\s]+|[./0-9A-Za-z]{13}|\*)$|^!{1,2}$/.test(hash)

/** Whether a hash is kept behind the lock, so that taking the lock away leaves a password. */
export const hasLockedHash = (hash: string): boolean => /^!+[^!]/.test(hash)

/** A user without any password can only be unlocked by giving it one. */
export const hasNoPassword = (name: string): CheckFailed =>
  new CheckFailed(`${name} cannot be unlocked: it has no password`, {
    hint: "Give password a hash; new Secret('*') lets nobody in by password either, but is not locked.",
  })

/** Stores a hash. It goes in by stdin: the arguments of usermod(8) could be read by all users of the host. */
export function setHash(name: string, hash: Secret): Command {
  return run({ stdin: new Secret(() => `${name}:${hash.reveal()}\n`) })`chpasswd -e`
}
