import type { Command, Reply, Text } from '../../index.ts'
import { CheckFailed, read, Secret } from '../../index.ts'
import { proxyOf } from '../parameters/proxy.ts'
import type { WebClient } from '../queries/web-client.ts'
import { fields } from './fetching.ts'

/** One question over HTTP. No redirection is followed: it is an answer. */
export interface HttpRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, Text>>
  readonly proxy?: Text | undefined
  /** Whoever answers is taken for who it says it is. */
  readonly insecure: boolean
  /** The address to go to instead of the one that the name has. */
  readonly resolve?: string | undefined
}

/** Seconds for one try. */
const ONE_TRY = 10

/** Bytes of a body that are looked at. */
const ROOM = 1024 * 1024

/** Sh that defines `ask`, which prints the body of an answer and after it a line with its status. */
export interface HttpProgram {
  readonly begin: Command<'read'>
  /** What it reads: what is sent may be secret, and is seen in no list of processes. */
  readonly stdin: Secret | undefined
}

/** Throws a CheckFailed if the host has no program that can do so. */
export function httpProgram(request: HttpRequest, client: WebClient): HttpProgram {
  const lack = whatIsMissing(request, client)
  if (lack !== undefined) {
    throw new CheckFailed(`${request.url} cannot be asked: ${lack}`, {
      hint: "Put packages({ names: ['curl'] }) before it.",
    })
  }
  return client === 'curl' ? byCurl(request) : byWget(request)
}

/** What is beyond the room is read and dropped, but for the status in its last line. */
const byCurl = (request: HttpRequest): HttpProgram => ({
  stdin: new Secret(curlSettings(request)),
  begin: read`export LC_ALL=C; settings=$(cat)
ask() { printf '%s\\n' "$settings" | curl -q --config - | { head -c ${ROOM}; tail -n 1; }; }\n`,
})

/**
 * GNU's. It tells the status on stderr, among the fields of the answer. It reads its settings from no pipe, so that what it
 * is given is seen by every user of the host.
 */
function byWget(request: HttpRequest): HttpProgram {
  const { url, headers, proxy, insecure } = request
  const options = [
    ...['--no-config', '--server-response', '--no-verbose', '--output-document=-', '--content-on-error'],
    ...[`--timeout=${ONE_TRY}`, '--tries=1', '--max-redirect=0'],
    ...(insecure ? ['--no-check-certificate'] : []),
    ...fields({ path: url, headers }).map(field => `--header=${field}`),
  ]
  const address = proxy === undefined ? undefined : proxyOf(url, proxy)
  const through = address === undefined ? [] : read`http_proxy=${address} https_proxy=${address} no_proxy= `
  return {
    stdin: undefined,
    begin: read`export LC_ALL=C
ask() {
{ said=$({ ${through}timeout ${2 * ONE_TRY} wget ${options} ${url} </dev/null | { head -c ${ROOM} >&3; cat >/dev/null; }; } 2>&1); } 3>&1
printf '\\nrampart-status %s\\n' "$(printf '%s\\n' "$said" | sed -n 's/.*HTTP\\/[0-9.]* \\([0-9][0-9][0-9]\\).*/\\1/p' | tail -n 1)"
printf '%s\\n' "$said" >&2
}\n`,
  }
}

/** What `ask` has printed. */
export function httpAnswer({ stdout, stderr }: Reply): HttpAnswer {
  const [, body = stdout, status = ''] = /^(.*?)\n?rampart-status (\d*)\n?$/s.exec(stdout) ?? []
  const [said = ''] = stderr.trim().split('\n').slice(-1)
  return { status: Number(status), body, said }
}

export interface HttpAnswer {
  /** 0: there was none. */
  readonly status: number
  /** Its first mebibyte. */
  readonly body: string
  /** What the program said last. */
  readonly said: string
}

function whatIsMissing({ resolve, headers, proxy }: HttpRequest, client: WebClient): string | undefined {
  if (client === null) return 'the host has neither curl nor wget'
  if (client === 'curl') return undefined
  if (client === 'busybox') return "busybox's wget does not tell enough of an answer"
  if (resolve !== undefined) return 'resolve takes curl'
  const shown = [Object.values(headers).some(Secret.is) && 'headers', Secret.is(proxy) && 'proxy'].filter(
    Boolean,
  )
  return shown.length > 0 ? `wget would show ${shown.join(' and ')} to every user of the host` : undefined
}

/** curl(1), --config: a text in quotes, in which a backslash stands before a quote and itself. */
function curlSettings(request: HttpRequest): string {
  const { url, proxy, insecure, resolve } = request
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
  const { hostname, port, protocol } = new URL(url)
  const at = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  const lines = [
    `url = ${quoted(url)}`,
    ...['silent', 'show-error', 'globoff', `max-time = ${ONE_TRY}`, 'proto = "=http,https"'],
    String.raw`write-out = "\nrampart-status %{http_code}\n"`,
    ...(insecure ? ['insecure'] : []),
    ...(resolve === undefined ? [] : [`resolve = ${quoted(`${at}:${bracketed(resolve)}`)}`]),
    ...fields({ path: url, headers: request.headers }).map(field => `header = ${quoted(field)}`),
    ...(proxy === undefined ? [] : [`proxy = ${quoted(proxyOf(url, proxy))}`, 'noproxy = ""']),
  ]
  return `${lines.join('\n')}\n`
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)
