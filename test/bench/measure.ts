import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** What one run of a tool took. */
export interface Measured {
  /** Seconds, from its start to its end. */
  readonly wall: number
  /** Seconds of this machine's processors that it and its children used, user and system. */
  readonly cpu: number
  /** MB, of it and its children together at their most. */
  readonly memory: number
  readonly code: number | null
  readonly output: string
}

export interface Command {
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
}

/** Milliseconds between two looks at the memory. */
const PAUSE = 100

/** Runs a command to its end, with nothing else of ours beside it. */
export async function measure({ argv: [file, ...args], env }: Command): Promise<Measured> {
  const before = childrenCpu()
  const began = performance.now()
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  let memory = 0
  const look = setInterval(() => {
    memory = Math.max(memory, memoryOf(child.pid ?? 0), highWater(child.pid ?? 0))
  }, PAUSE)
  const [code] = (await once(child, 'exit')) as [number | null]
  const wall = (performance.now() - began) / 1000
  clearInterval(look)
  return { wall, cpu: childrenCpu() - before, memory, code, output }
}

/** Seconds of all children that have ended and of theirs (proc_pid_stat(5), fields 16 and 17, in hundredths). */
function childrenCpu(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

/** MB of a process and all below it; what they share is counted once (proc_pid_smaps(5), Pss). */
function memoryOf(pid: number): number {
  const own = field(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) / 1024
  const children = text(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)
  return children.reduce((sum, child) => sum + memoryOf(Number(child)), own)
}

const highWater = (pid: number): number => field(`/proc/${pid}/status`, /^VmHWM:\s+(\d+)/m) / 1024

const field = (file: string, pattern: RegExp): number => Number(pattern.exec(text(file))?.[1] ?? 0)

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it has ended
  }
}
