import type { Command, Plan } from '../index.ts'
import { defineResource, drift, inSync, read, Secret, z } from '../index.ts'
import { headers, webAddress } from './parameters/header.ts'
import { networkAddress } from './parameters/network-name.ts'
import { listed, oneOrMore } from './parameters/one-or-more.ts'
import { anchor, compiled } from './parameters/pattern.ts'
import { proxyAddress } from './parameters/proxy.ts'
import type { HttpAnswer } from './parts/http-request.ts'
import { httpAnswer, httpProgram } from './parts/http-request.ts'
import { refuse } from './parts/refusals.ts'
import { waitingStep } from './parts/waiting.ts'
import type { WebClient } from './queries/web-client.ts'
import { webClient } from './queries/web-client.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'expected text, a number, true, false or null',
})

const spec = z
  .object({
    url: webAddress().describe('the address that the host asks; what is secret goes into `headers`'),
    status: oneOrMore<number>(wrongStatus)
      .default(200)
      .describe(
        'the status of the answer, or several of which any will do; no redirection is followed: 301 is one',
      ),
    body: anchor()
      .optional()
      .describe(
        'what its body holds: text, which is waited for, or a RegExp, which is held against the first answer of that status',
      ),
    json: z
      .record(z.string().min(1), scalar)
      .optional()
      .describe(
        "what its body says as JSON, by path: `{ 'status': 'ok', 'nodes.0.up': true }`; held against it like a RegExp",
      ),
    headers: headers()
      .default({})
      .describe('fields of the request, such as an Authorization that is a Secret'),
    timeout: z
      .number()
      .positive()
      .max(3600)
      .default(30)
      .describe('seconds until it is given up and the task has failed; one try takes ten at most'),
    insecure: z
      .boolean()
      .default(false)
      .describe('take any certificate; it then says nothing of who answers'),
    resolve: networkAddress()
      .optional()
      .describe('the address to go to instead of what the name stands for, such as `127.0.0.1`; takes curl'),
    proxy: proxyAddress()
      .optional()
      .describe("the proxy to go through; not given: the one of the host's environment, if it has one"),
  })
  .superRefine(({ url, resolve, proxy }, context) => {
    if (/^https?:\/\/[^/]*@/.test(url)) {
      refuse(
        context,
        'url',
        'a password in an address is seen by every user of the host: give an Authorization header',
      )
    }
    if (resolve !== undefined && proxy !== undefined)
      refuse(context, 'resolve', 'a proxy looks names up itself')
  })

export type HttpCheckSpec = z.output<typeof spec>

/** The answer, and what it was asked with. */
export interface HttpCheckState extends HttpAnswer {
  readonly client: WebClient
}

/**
 * An address of the web that must answer as it should before what follows, as seen from the host, by its curl or wget. It
 * changes nothing. An answer that is right costs one try; else it waits, asking once a second, and counts as a change. A
 * dry run does not wait: it says that it would.
 *
 * @example
 * ```ts
 * httpCheck({ url: 'http://127.0.0.1:8000/health', status: 200, json: { status: 'ok' } })
 * ```
 */
export const httpCheck = defineResource<typeof spec, HttpCheckState>({
  kind: 'httpCheck',
  spec,
  id: ({ url, resolve }) => `httpCheck ${url}${resolve === undefined ? '' : ` at ${resolve}`}`,
  async read(probe, spec) {
    const client = await probe.ask(webClient, '')
    const { begin, stdin } = httpProgram(spec, client)
    return { ...httpAnswer(await probe.ask(read(stdin === undefined ? {} : { stdin })`${begin}ask`)), client }
  },
  plan(spec, state): Plan {
    const changes = differences(spec, state)
    if (Object.keys(changes).length === 0) return inSync()
    const { begin, stdin } = httpProgram(spec, state.client)
    const { url, timeout } = spec
    const missing = `${url} does not answer as it should`
    return drift({ kind: 'fields', changes }, [
      waitingStep({ begin, stdin, timeout, missing, tried: tried(spec) }),
    ])
  },
})

/** In sh: asks, and succeeds if status and text are right. */
function tried({ status, body }: HttpCheckSpec): Command<'read'> {
  const text = typeof body === 'string' ? body : ''
  return read`{
answer=$(ask 2>&1); status=\${answer##*rampart-status }; status=\${status%%[!0-9]*}
case $status in
'' | 000) said=$(printf '%s\\n' "$answer" | grep -v -e rampart-status -e '^ *$' | tail -n 1) ;;
*) said="its status is $status" ;;
esac
case " ${listed(status)} " in
*" $status "*) said='its body is another'; case $answer in *${text}*) ;; *) false ;; esac ;;
*) false ;;
esac
}`
}

type Changes = Record<string, readonly [from: string, to: string]>

function differences(spec: HttpCheckSpec, { status, body, said }: HttpCheckState): Changes {
  const wanted = listed(spec.status)
  if (!wanted.includes(status)) {
    return { status: [status === 0 ? `no answer: ${said}` : String(status), wanted.join(' or ')] }
  }
  return { ...bodyDifference(spec, body), ...jsonDifferences(spec, body) }
}

function bodyDifference({ body: wanted, headers }: HttpCheckSpec, body: string): Changes {
  if (wanted === undefined) return {}
  const isRight = typeof wanted === 'string' ? body.includes(wanted) : compiled(wanted).test(body)
  if (isRight) return {}
  // Who needs a secret to see it may not want to see it on a screen.
  const isSecret = Object.values(headers).some(value => Secret.is(value))
  return { body: [isSecret ? 'another' : short(body), short(String(wanted))] }
}

function jsonDifferences({ json = {} }: HttpCheckSpec, body: string): Changes {
  const wanted = Object.entries(json)
  const whole = wanted.length === 0 ? undefined : parsed(body)
  return Object.fromEntries(
    wanted
      .map(([path, value]) => [path, partOf(whole, path), value] as const)
      .filter(([, is, value]) => is !== value)
      .map(([path, is, value]) => [path, [told(is), told(value)]] as const),
  )
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A part of a JSON value by its path; undefined if there is none. */
function partOf(whole: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, name)
          ? (at as Readonly<Record<string, unknown>>)[name]
          : undefined,
      whole,
    )
}

const told = (value: unknown): string => (value === undefined ? 'none' : short(JSON.stringify(value)))

function short(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

function wrongStatus(value: unknown): string | undefined {
  const isRight = Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599
  return isRight ? undefined : 'expected a status from 100 to 599'
}
