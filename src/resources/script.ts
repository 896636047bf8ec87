import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { Command, Plan, Text } from '../index.ts'
import { CheckFailed, defineResource, reveal, run, Secret, z } from '../index.ts'
import type { CommandState } from './command.ts'
import { command } from './command.ts'
import { fileContent } from './parameters/content.ts'
import { controllerPath } from './parameters/path.ts'
import { refuse } from './parts/refusals.ts'
import { sourceBytes, sourceDigest } from './parts/source.ts'

const { unless, onlyIf, creates, removes, always, cwd, user, env, timeout, ok } = command.type.spec.shape

/** No argument of a program can hold a NUL (execve(2)). */
const word = z.string().regex(/^[^\0]*$/, { error: 'expected text without a NUL byte' })

const spec = z
  .object({
    content: fileContent().optional().describe('the script itself: text, a Secret or bytes'),
    source: controllerPath()
      .optional()
      .describe('a file of the controller that is the script, at most 1 MiB; instead of `content`'),
    name: z
      .string()
      .min(1)
      .optional()
      .describe('a name for it; not given: of its file, or its first words and its sum'),
    interpreter: z
      .array(word)
      .min(1)
      .optional()
      .describe(
        "the program that runs it, with its first arguments: `['python3', '-u']`; not given: as its `#!` line says, else sh",
      ),
    args: z.array(word).default([]).describe('the arguments that the script gets'),
    ...{ unless, onlyIf, creates, removes, always, cwd, user, env, timeout, ok },
  })
  .superRefine((given, context) => {
    if (given.content !== undefined && given.source !== undefined)
      refuse(context, 'source', 'give either content or source')
    if (given.content === undefined && given.source === undefined)
      refuse(context, 'content', 'expected the script, or source')
    const conditions = [given.unless, given.onlyIf, given.creates, given.removes]
    if (!given.always && conditions.every(condition => condition === undefined)) {
      const cure = 'give unless, onlyIf, creates or removes, or say always: true'
      refuse(
        context,
        given.source === undefined ? 'content' : 'source',
        `nothing tells when it is done, so that every run would do it again; ${cure}`,
      )
    }
  })

export type ScriptSpec = z.output<typeof spec>

export interface ScriptState extends CommandState {
  /** What is run, if there is something to do. */
  readonly content: Text | Uint8Array | undefined
}

/**
 * A script that is sent to the host and run there, where a question to the host says that there is something to do. It
 * is a file of the host only while it runs, for who runs it alone, and its stdin is empty. What it holds may be secret;
 * its arguments may not, as every user of the host can read them.
 *
 * @example
 * ```ts
 * script({
 *   name: 'make the seed',
 *   content: 'umask 077; head -c 32 /dev/urandom | base64 >"$1"',
 *   args: ['/etc/seed'],
 *   creates: '/etc/seed',
 * })
 * ```
 */
export const script = defineResource<typeof spec, ScriptState>({
  kind: 'script',
  spec,
  id: spec => `script ${told(spec)}`,
  async read(probe, spec) {
    const { isDone } = await command.type.read(probe, asCommand(spec, ''))
    return { isDone, content: isDone ? undefined : await contentOf(spec) }
  },
  plan(spec, { isDone, content = '' }): Plan {
    const plan = command.type.plan(asCommand(spec, content), { isDone })
    if (plan.status === 'in-sync') return plan
    return { ...plan, diff: { kind: 'fields', changes: { script: ['not done', told(spec)] } } }
  },
})

/** A script of another length is a mistake, or a program: that is a file's matter. */
const LONGEST = 1024 * 1024

async function contentOf({ content, source }: ScriptSpec): Promise<Text | Uint8Array> {
  if (source === undefined) return content ?? ''
  const { size } = await sourceDigest(source)
  if (size <= LONGEST) return sourceBytes(source, size)
  throw new CheckFailed(`${source} is ${size} bytes long, more than a script may be`, {
    hint: 'Put it there with file({ path, source, mode }), and run it with command({ run: [path] }).',
  })
}

function asCommand(spec: ScriptSpec, content: Text | Uint8Array) {
  const { unless, onlyIf, creates, removes, always, cwd, user, env, timeout, ok } = spec
  const given = { unless, onlyIf, creates, removes, always, cwd, user, env, timeout, ok }
  return command.type.spec.parse({
    ...{ name: told(spec), run: wrapped(spec, content), stdin: content },
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  })
}

/** Not fed to the program on its stdin: what the script starts could read on in it, and swallow the rest. */
function wrapped(spec: ScriptSpec, content: Text | Uint8Array): Command {
  const { interpreter, args } = spec
  const words = interpreter ?? interpreterIn(content)
  return run`script=${told(spec)}
t=$(umask 077 && mktemp "\${TMPDIR:-/tmp}/rampart-script.XXXXXX") || exit
trap 'rm -f -- "$t"' EXIT
trap 'exit 143' HUP INT TERM
cat >"$t" || exit
command -- ${words} "$t" ${args} </dev/null`
}

/** As the kernel reads the first line: a program, and all that follows as one argument (execve(2), Interpreter scripts). */
function interpreterIn(content: Text | Uint8Array): readonly string[] {
  const head =
    content instanceof Uint8Array ? Buffer.from(content.subarray(0, 256)).toString() : reveal(content)
  const [, program, argument] = /^#![ \t]*([^\s\0]+)[ \t]*([^\n\r\0]*?)[ \t]*\r?(?:\n|$)/.exec(head) ?? []
  if (program === undefined) return ['sh']
  return argument ? [program, argument] : [program]
}

/** A name for people; what is unnamed is told apart by its sum, and a secret one only as such. */
function told({ name, source, content = '', args, cwd, user }: ScriptSpec): string {
  const rest = `${cwd === undefined ? '' : ` in ${cwd}`}${user === undefined ? '' : ` as ${user}`}`
  if (name !== undefined) return `${name}${rest}`
  const words = [source === undefined ? first(content) : posix.basename(source), ...args].join(' ')
  return `${words.length > LONGEST_TOLD ? `${words.slice(0, LONGEST_TOLD)}…` : words}${rest}`
}

const LONGEST_TOLD = 80

function first(content: Text | Uint8Array): string {
  if (Secret.is(content)) return 'that is secret'
  const sum = createHash('sha256').update(content).digest('hex').slice(0, 6)
  if (content instanceof Uint8Array) return `of ${content.length} bytes (${sum})`
  const line = content
    .split('\n')
    .map(text => text.trim())
    .find(text => text !== '' && !text.startsWith('#'))
  return `${(line ?? 'that is empty').slice(0, 60)} (${sum})`
}
