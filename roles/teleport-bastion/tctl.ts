import type { Command, Probe, Reply } from 'rampart'
import { CheckFailed, read } from 'rampart'

/** The container, and the file that tctl needs to find its cluster: its own default is not the container's. */
export const CONTAINER = 'teleport'
const CONFIG = '/etc/teleport/teleport.yaml'

/** Teleport's own command line on the host of the cluster. Nothing secret may be among its words: every user sees them. */
export function tctl(...words: readonly string[]): Command<'read'> {
  return read`docker exec ${CONTAINER} tctl -c ${CONFIG} ${words}`
}

/** The same for what reads its standard input. */
export function tctlWithInput(...words: readonly string[]): Command<'read'> {
  return read`docker exec -i ${CONTAINER} tctl -c ${CONFIG} ${words}`
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonMap = { readonly [key: string]: Json }

/** One resource as the cluster has it; undefined if it has none of that name. Throws a CheckFailed if it does not tell. */
export async function resource(
  probe: Pick<Probe, 'ask'>,
  kind: 'roles' | 'users',
  name: string,
): Promise<JsonMap | undefined> {
  const reply = await probe.ask(tctl('get', `${kind}/${name}`, '--format=json'))
  if (reply.code === 1 && /\bnot found\b/.test(reply.stderr) && reply.stderr.includes(name)) return undefined
  const [found] = listed(reply)
  return found
}

/** What tctl printed as JSON: always a list. Throws a CheckFailed if it could not ask. */
export function listed(reply: Reply): readonly JsonMap[] {
  const said: Json | undefined = reply.code === 0 ? parsed(reply.stdout) : undefined
  if (Array.isArray(said)) return said.filter(isMap)
  throw new CheckFailed(`the cluster does not answer tctl: ${plain(reply.stderr) || plain(reply.stdout)}`, {
    hint: 'docker logs --tail 20 teleport, on the bastion. Docker takes root: become there.',
  })
}

/** JSON, or undefined for what is none. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The inner map of that name, empty if there is none. */
export function mapIn(value: Json | undefined, key: string): JsonMap {
  const inner = isMap(value) ? value[key] : undefined
  return isMap(inner) ? inner : {}
}

/** Without the colours, which it prints without a terminal, too. */
const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
  text.replaceAll(/\u001b\[[0-9;]*m/g, '').trim()
