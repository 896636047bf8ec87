import { userInfo } from 'node:os'

/** Who runs rampart. Without an entry in passwd(5), as in some containers, a user has but a number. */
export function loginName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? '')
  }
}
