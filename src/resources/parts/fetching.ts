import type { Command, Text } from '../../index.ts'
import { CheckFailed, reveal, run, Secret } from '../../index.ts'
import { isHeaderValue } from '../parameters/header.ts'
import { proxyOf } from '../parameters/proxy.ts'
import type { WebClient } from '../queries/web-client.ts'
import { candidateOf } from './validation.ts'

/** What is fetched, and from where. */
export interface Fetching {
  readonly path: string
  readonly url: string
  /** Undefined: whatever comes. */
  readonly sha256: string | undefined
  readonly headers: Readonly<Record<string, Text>>
  readonly proxy: Text | undefined
  /** Seconds. */
  readonly timeout: number
}

/**
 * Fetches a file to its candidate's place, for its maker alone, and holds it against its sum. The header fields and
 * the proxy go to the program on its stdin and are seen in no list of processes. On a failure nothing is left.
 * Throws a CheckFailed if the host has no program that can do so.
 */
export function fetchStep(fetching: Fetching, client: WebClient): Command {
  const { path, url, sha256, timeout } = fetching
  const candidate = candidateOf(path)
  const program = programFor(fetching, client)
  const check =
    sha256 === undefined
      ? run`:`
      : run`set -- $(sha256sum <"$t") && { [ "$1" = ${sha256} ] || { printf '%s\\n' ${`${path} was not written: ${hidden(url)} is of another sha256 than ${sha256}:`}" $1" >&2; false; }; }`
  return run({ timeout, stdin: new Secret(settings(fetching, client)) })`t=${candidate}
rm -f -- "$t" && ( umask 077; set -C; : >"$t" ) && ${program} && ${check} || { set -- $?; rm -f -- "$t"; ( exit "$1" ); }`
}

/** Without what may be secret in it. */
export function hidden(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

function programFor({ path, headers, proxy, url }: Fetching, client: WebClient): Command {
  if (client === 'curl') return run`curl -q --config - --output "$t"`
  // wget(1) reads no settings from a pipe: they go through a file of the maker's own.
  if (client === 'wget')
    return run`{ c="\${t%/*}/.wget.rampart-$$"; ( umask 077; cat >"$c" ) && wget --config="$c" --output-document="$t" ${url}; set -- $?; rm -f -- "$c"; ( exit "$1" ); }`
  if (client === null) {
    throw new CheckFailed(`${path} cannot be fetched: the host has neither curl nor wget`, {
      hint: "Put packages({ names: ['curl'] }) before it.",
    })
  }
  const shows = [Object.keys(headers).length > 0 && 'headers', proxy !== undefined && 'proxy'].filter(Boolean)
  if (shows.length > 0) {
    throw new CheckFailed(
      `${path} cannot be fetched: busybox's wget would show ${shows.join(' and ')} to every user of the host`,
      { hint: "Put packages({ names: ['curl'] }) before it." },
    )
  }
  return run`wget -q -O "$t" ${url}`
}

/** What the program reads on its stdin. */
function settings(fetching: Fetching, client: WebClient): string {
  return client === 'curl' ? curlSettings(fetching) : client === 'wget' ? wgetSettings(fetching) : ''
}

/** curl(1), --config: a text in quotes, in which a backslash stands before a quote and itself. */
function curlSettings(fetching: Fetching): string {
  const { url, proxy } = fetching
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
  const lines = [
    `url = ${quoted(url)}`,
    ...['fail', 'silent', 'show-error', 'location', 'globoff'],
    'connect-timeout = 20',
    // A byte a second is alive; none for a minute is not.
    ...['speed-limit = 1', 'speed-time = 60', 'retry = 2'],
    'proto = "=http,https"',
    `proto-redir = "${url.startsWith('https:') ? '=https' : '=http,https'}"`,
    ...(mayBeSentOn(fetching) ? [] : ['max-redirs = 0']),
    ...fields(fetching).map(field => `header = ${quoted(field)}`),
    ...(proxy === undefined ? [] : [`proxy = ${quoted(proxyOf(fetching.path, proxy))}`, 'noproxy = ""']),
  ]
  return `${lines.join('\n')}\n`
}

/** GNU's manual of wget, Wgetrc Commands: all up to the end of the line is the value. */
function wgetSettings(fetching: Fetching): string {
  const { path, proxy } = fetching
  const address = proxy === undefined ? undefined : proxyOf(path, proxy)
  const lines = [
    ...['verbose = off', 'timeout = 60', 'connect_timeout = 20', 'tries = 3'],
    ...(mayBeSentOn(fetching) ? [] : ['max_redirect = 0']),
    ...fields(fetching).map(field => `header = ${field}`),
    ...(address === undefined
      ? []
      : ['use_proxy = on', `http_proxy = ${address}`, `https_proxy = ${address}`, 'no_proxy =']),
  ]
  return `${lines.join('\n')}\n`
}

/** Both programs would send the fields on to whatever host they are led to. */
function mayBeSentOn({ headers }: Fetching): boolean {
  return Object.keys(headers).length === 0
}

/** Header fields as they are sent. Throws a CheckFailed if a Secret turns out to be none; `path` is for people. */
export function fields({ path, headers }: Pick<Fetching, 'path' | 'headers'>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => {
    const shown = reveal(value)
    if (isHeaderValue(shown)) return `${name}: ${shown}`
    throw new CheckFailed(`the header ${name} for ${path} holds a line break or another control character`, {
      hint: 'Take it out; a secret that was read from a file often ends in one.',
    })
  })
}
