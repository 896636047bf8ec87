import { createHash } from 'node:crypto'
import type { SshRoute } from '../../model/route.ts'

/**
 * What makes two logins the same, as a string without secrets: who, where, by which key, through whom. The name is part
 * of it, as the host key is looked up by it.
 */
export function routeKey(route: SshRoute): string {
  const { host, addresses, port, user, key, password, via, knownHosts } = route
  const secret = password && createHash('sha256').update(password.reveal()).digest('hex')
  const how = key?.from === 'file' ? key.path : key?.from
  return JSON.stringify([host, addresses, port, user, how, secret, knownHosts, via && routeKey(via)])
}
