import { isIP } from 'node:net'
import { z } from '../../index.ts'

/** The parameter for a machine of the network: a name (RFC 1123, 2.1) or an address. */
export function networkHost() {
  return z.string().refine(host => isIP(host) > 0 || (NAME.test(host) && host.length <= 253), {
    error: "expected a name or an address, such as 'db.example.com', '10.20.0.5' or '::1'",
  })
}

/** The parameter for an address, which is no name. */
export function networkAddress() {
  return z
    .string()
    .refine(address => isIP(address) > 0, { error: "expected an address, such as '10.20.0.5' or '::1'" })
}

/** No top-level name is a number: that would be an address cut short, or one with a mistake. */
const NAME =
  /^(?!(?:.*\.)?\d+\.?$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/
