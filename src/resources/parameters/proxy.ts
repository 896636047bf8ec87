import type { Text, z } from '../../index.ts'
import { CheckFailed, reveal, Secret, text } from '../../index.ts'

/** The parameter for a proxy: its address, secret if it holds a password. */
export function proxyAddress(): z.ZodType<Text, Text> {
  return text().refine(proxy => Secret.is(proxy) || isProxyAddress(proxy), { error: WANTED })
}

/** Its address. Throws a CheckFailed, which does not repeat it, if a Secret turns out to be none; `whose` is for people. */
export function proxyOf(whose: string, proxy: Text): string {
  const shown = reveal(proxy)
  if (isProxyAddress(shown)) return shown
  throw new CheckFailed(`the proxy for ${whose} is no address`, { hint: `It was ${WANTED}.` })
}

const WANTED = "expected an address, such as 'http://proxy.example.com:8888'"

/** What ends a value in the files of apt, dnf, curl and wget is percent-encoded. */
const isProxyAddress = (proxy: string): boolean =>
  /^https?:\/\/[^\s"\\;]+$/.test(proxy) && /^[!-~]+$/.test(proxy)
