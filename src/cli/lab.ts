import { relative } from 'node:path'
import type { LabStatus } from '../lab/index.ts'
import { UsageError } from '../model/error.ts'
import type { Report } from '../run/report.ts'
import type { Typed } from './options.ts'
import { one, wantedRun, wholeNumber } from './requests.ts'
import { perform } from './run.ts'
import { twice } from './twice.ts'
import type { World } from './world.ts'

/** `rampart lab …`. Answers the exit code; of `exec` and `ssh` that of the command there. */
export async function labCommand(typed: Typed, report: Report, world: World): Promise<number> {
  const lab = await import('../lab/index.ts')
  const which = { name: one(typed, 'name') }
  const [host = '', ...words] = typed.operands
  switch (typed.command) {
    case 'lab up':
      await labUp(typed, report)
      return 0
    case 'lab run':
      return labRun(typed, report, world)
    case 'lab exec':
      return lab.exec(host, words, which)
    case 'lab ssh':
      return lab.ssh(host, words, which)
    case 'lab status': {
      const status = await lab.status(which)
      if (typed.flags.has('json')) world.stdout.write(`${JSON.stringify(status)}\n`)
      else report.say(...statusLines(status))
      return 0
    }
    case 'lab down': {
      const was = await lab.down({ ...which, say: report.step })
      report.say(was ? 'The lab is down.' : 'There was no lab.')
      return 0
    }
    default:
      throw new UsageError(`rampart ${typed.command} is no command of the lab`)
  }
}

/** Raises the lab, or what is missing of it. Answers its inventory. */
async function labUp(typed: Typed, report: Report): Promise<string> {
  const { up } = await import('../lab/index.ts')
  const nodes = wholeNumber(typed, 'nodes', 0)
  const raised = await up({
    name: one(typed, 'name'),
    nodes,
    install: typed.flags.has('install'),
    world: wantedWorld(typed),
    say: report.step,
  })
  const inventory = relative(process.cwd(), raised.lab.files.inventory)
  report.say(`The lab is up: ${raised.hosts.join(', ')} · inventory ${inventory}`)
  return inventory
}

/** Not said: as the lab is, and with a world if it is new. */
function wantedWorld({ flags }: Typed): boolean | 'online' | undefined {
  if (!flags.has('no-world')) return flags.has('online') ? 'online' : undefined
  if (!flags.has('online')) return false
  throw new UsageError('--online and --no-world contradict each other', { hint: 'Give one of them.' })
}

/** The main job of a fresh clone: all of it once, and once more to see that nothing is left to change. */
const MAIN = 'playbooks/site.ts'

async function labRun(typed: Typed, report: Report, world: World): Promise<number> {
  const { request } = wantedRun(typed)
  const isMain = typed.operands.length === 0 && request.mode === 'apply'
  const playbooks = typed.operands.length === 0 ? [MAIN] : typed.operands
  const inventory = await labUp(typed, report)
  const run = { ...request, playbooks, inventory, password: undefined, becomePassword: undefined }
  if (isMain) {
    const exitCode = await twice(telling => perform(run, report, world, telling), report)
    if (exitCode === 0) await sayWhatThereIs(typed, report, world)
    return exitCode
  }
  report.say('')
  return perform(run, report, world)
}

async function sayWhatThereIs(typed: Typed, report: Report, world: World): Promise<void> {
  const { page, status } = await import('../lab/index.ts')
  const program = world.env['npm_command'] === 'exec' ? 'npx rampart' : 'rampart'
  report.say(...page(await status({ name: one(typed, 'name') }), program))
}

function statusLines({ name, folder, up, hosts }: LabStatus): string[] {
  if (hosts.length === 0) return [`The lab ${name} is down.`]
  const rows = hosts.map(host => [
    host.name,
    host.state,
    host.system,
    Object.values(host.addresses)
      .map(({ v4 }) => v4)
      .join(' '),
  ])
  const width = (column: number): number => Math.max(...rows.map(row => row[column]?.length ?? 0))
  return [
    `The lab ${name} is ${up ? 'up' : 'not all up'} · ${relative(process.cwd(), folder)}/`,
    ...rows.map(row => `  ${row.map((word, i) => word.padEnd(width(i))).join('  ')}`.trimEnd()),
  ]
}
