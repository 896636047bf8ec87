import { connect } from 'node:net'
import type { ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2'
import ssh2 from 'ssh2'
import { VariableError } from '../../model/error.ts'
import { reason, seconds } from './reason.ts'

/** What an agent holds. */
export interface AgentKeys {
  readonly keys: readonly AgentKey[]
  /** The comments and types of keys that ssh2 cannot use: certificates, FIDO keys. */
  readonly unusable: readonly string[]
}

/** One key of an agent. */
export interface AgentKey {
  readonly key: ParsedKey
  /** The public half as it travels. */
  readonly publicKey: Buffer
  readonly comment: string
}

const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const LIMIT = 256 * 1024

/**
 * Asks the agent at this socket for its keys (draft-miller-ssh-agent 4.4). ssh2 can ask too, but it never gives up and
 * does not tell of the keys that it leaves out. Throws a VariableError if no agent answers within `timeout` ms.
 */
export async function listAgentKeys(socket: string, timeout: number): Promise<AgentKeys> {
  try {
    return readIdentities(await ask(socket, timeout))
  } catch (cause) {
    throw new VariableError(`the SSH agent at ${socket} does not answer: ${reason(cause)}`, {
      cause,
      hint: 'Start one with `eval $(ssh-agent)` and `ssh-add`, or name a key file with `key:` or --key.',
    })
  }
}

/** An agent for ssh2 that knows one key: ssh2 would offer all that it is given, and sshd counts every one. */
export function agentOfOne(socket: string, key: ParsedKey): InstanceType<typeof ssh2.BaseAgent> {
  class AgentOfOne extends ssh2.BaseAgent<ParsedKey> {
    readonly #agent = new ssh2.OpenSSHAgent(socket)

    override getIdentities(found: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      found(null, [key])
    }

    override sign(
      asked: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      signed?: SignCallback,
    ): void {
      if (typeof options === 'function') this.#agent.sign(asked, data, options)
      else this.#agent.sign(asked, data, options, signed)
    }
  }
  return new AgentOfOne()
}

function ask(path: string, timeout: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer: Buffer = Buffer.alloc(0)
    const socket = connect(path)
    const timer = setTimeout(() => socket.destroy(new Error(`silent for ${seconds(timeout)}`)), timeout)
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      reject(new Error('it hung up'))
    })
    socket.on('data', bytes => {
      answer = Buffer.concat([answer, bytes])
      const length = answer.length < 4 ? 0 : answer.readUInt32BE(0)
      if (length > LIMIT) socket.destroy(new Error('it is not an agent'))
      if (answer.length < 4 || answer.length < 4 + length) return
      resolve(answer.subarray(4, 4 + length))
      socket.destroy()
    })
    socket.write(Buffer.from([0, 0, 0, 1, REQUEST_IDENTITIES]))
  })
}

/** A byte, a number, and for each key its public half and a comment. Throws for anything else. */
function readIdentities(answer: Buffer): AgentKeys {
  if (answer[0] !== IDENTITIES_ANSWER) throw new Error('it refused to list its keys')
  let at = 5
  const next = (): Buffer => {
    const end = at + 4 + answer.readUInt32BE(at)
    if (end > answer.length) throw new Error('its answer is cut short')
    const value = answer.subarray(at + 4, end)
    at = end
    return value
  }
  const keys: AgentKey[] = []
  const unusable: string[] = []
  for (let left = answer.readUInt32BE(1); left > 0; left--) {
    const publicKey = Buffer.from(next())
    const comment = next().toString('utf8')
    const key = ssh2.utils.parseKey(publicKey)
    if (key instanceof Error)
      unusable.push(`${comment} (${publicKey.toString('latin1', 4, 4 + publicKey.readUInt32BE(0))})`)
    else keys.push({ key, publicKey, comment })
  }
  return { keys, unusable }
}
