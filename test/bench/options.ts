import { parseArgs } from 'node:util'

/** What `npm run bench` is asked to do. */
export interface Options {
  readonly hosts: number
  readonly runs: number
  /** How often each peer runs: they take minutes. */
  readonly peerRuns: number
  readonly peers: boolean
  readonly scenarios: readonly string[]
  /** Logical hosts of the scenario `f`. */
  readonly logical: number
  /** Another build's `dist/js/main.js`, to run beside this one. */
  readonly against: string | undefined
  /** Leave the fleet up, for the next run. */
  readonly keep: boolean
}

const HELP = `npm run bench -- [options]

  --scenarios a,b,c,d,e,f  which (all)
                             a  converged, hosts × 50 tasks     d  converged, 1 host × 500 tasks
                             b  first run, hosts × 50 tasks     e  as a, 100 ms away in each direction
                             c  one file drifted on each host   f  dry run, 500 logical hosts × 50 on one sshd
  --hosts N                how many containers (10)
  --runs N                 how often rampart and the floor run (5)
  --peer-runs N            how often each peer runs (1)
  --no-peers               without ansible-core, Mitogen and pyinfra
  --logical N              logical hosts of f (500)
  --against FILE           another build's dist/js/main.js, to run beside this one
  --keep                   leave the fleet up, for the next time

Takes Debian or Ubuntu and root. Results: .bench/results.md, .bench/results.svg, .bench/results.json
`

/** Reads the arguments. Undefined: only help was wanted, and was given. */
export function readOptions(argv: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      scenarios: { type: 'string', default: 'a,b,c,d,e,f' },
      hosts: { type: 'string', default: '10' },
      runs: { type: 'string', default: '5' },
      'peer-runs': { type: 'string', default: '1' },
      'no-peers': { type: 'boolean', default: false },
      logical: { type: 'string', default: '500' },
      against: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return undefined
  }
  return {
    hosts: count('hosts', values.hosts),
    runs: count('runs', values.runs),
    peerRuns: count('peer-runs', values['peer-runs']),
    peers: !values['no-peers'],
    scenarios: values.scenarios.split(',').map(known),
    logical: count('logical', values.logical),
    against: values.against,
    keep: values.keep,
  }
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} takes a number from 1 on, not "${text}"`)
  return Number(text)
}

function known(scenario: string): string {
  if (!/^[a-f]$/.test(scenario)) throw new Error(`there is no scenario "${scenario}": a, b, c, d, e, f`)
  return scenario
}
