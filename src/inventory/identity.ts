import { existsSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { SshAnswer } from '../controller/ssh-config.ts'
import type { Key } from '../model/route.ts'
import type { Secret } from '../model/secret.ts'
import { sshHome } from './ssh-files.ts'

type Settings = (SshAnswer & { kind: 'settings' })['settings']

/** Which key to offer, or what of ssh_config forbids that we choose one. */
export type Identity = { readonly key: Key | undefined } | { readonly onlyOpenSsh: string }

/** What the tokens of an IdentityFile stand for. */
export interface Login {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly user: string
}

const STANDARD = /^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/

/**
 * The key that ssh_config names: of its files the first that is there. Undefined leaves it open, as ssh itself goes on to
 * its standard files and the agent. Another agent than SSH_AUTH_SOCK's, certificates and PKCS#11 are OpenSSH's alone.
 */
export function identity(settings: Settings, login: Login, passphrase: Secret | undefined): Identity {
  const unfit = settings.get('certificatefile')?.[0] ?? pkcs11(settings)
  if (unfit !== undefined) return { onlyOpenSsh: unfit }
  const files = (settings.get('identityfile') ?? []).filter(file => file !== 'none')
  const chosen = files.length > 3 && files.every(file => STANDARD.test(file)) ? [] : files
  const path = chosen.map(file => expand(file, login)).find(existsSync)
  // A public half (`IdentityFile id.pub`) says which of the agent's keys it is to be.
  const fromAgent = path === undefined || path.endsWith('.pub')
  const agent = otherAgent(settings, login)
  if (fromAgent && agent !== undefined) return { onlyOpenSsh: `IdentityAgent ${agent}` }
  if (path === undefined) return { key: undefined }
  return { key: { from: 'file', path, ...(passphrase === undefined ? {} : { passphrase }) } }
}

function otherAgent(settings: Settings, login: Login): string | undefined {
  const agent = settings.get('identityagent')?.[0] ?? 'SSH_AUTH_SOCK'
  if (/^\$?SSH_AUTH_SOCK$|^none$/.test(agent)) return undefined
  return expand(agent, login) === process.env['SSH_AUTH_SOCK'] ? undefined : agent
}

function pkcs11(settings: Settings): string | undefined {
  const provider = settings.get('pkcs11provider')?.[0]
  return provider === undefined || provider === 'none' ? undefined : `PKCS11Provider ${provider}`
}

/** Tokens of ssh_config(5), which `ssh -G` leaves as they are. */
function expand(path: string, { host, address, port, user }: Login): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: sshHome(),
    h: address,
    i: String(userInfo().uid),
    l: hostname(),
    n: host,
    p: String(port),
    r: user,
    u: userInfo().username,
  }
  const named = path.replace(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole)
  return resolve(
    named
      .replace(/^~(?=\/)/, sshHome())
      .replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? ''),
  )
}
