import { drift, play, playbook, run, task } from 'rampart'
import { command } from 'rampart/resources'

/** Ends of commands that are told apart: their exit codes, and a signal to themselves. */
const endings = ['exit 1', 'exit 126', 'no-such-program', 'exit 143', 'exit 255', 'kill -9 $$'] as const

/** Runs all of them on one host, and fails with what each came to. */
const codes = task(
  'codes',
  {
    check: () => drift({ kind: 'fields', changes: { codes: ['', 'tried'] } }, undefined),
    async apply(host) {
      const told: string[] = []
      for (const ending of endings) {
        const script = run`sh -c ${ending}`
        await host.run(script).catch((error: Error) => told.push(`${error.name}: ${error.message}`))
      }
      throw new Error(told.join('\n'))
    },
  },
  { tags: ['codes'] },
)

/** Each has its tag; without one, none is asked for. */
export default playbook(
  play('commands', { hosts: 'all', tags: ['never'] }, [
    codes,
    task('daemon', command({ run: 'sleep 1234 & echo started', always: true }), { tags: ['daemon'] }),
    task('reader', command({ run: 'cat; echo read', always: true }), { tags: ['reader'] }),
    task(
      'flood',
      command({
        run: "head -c 300000000 /dev/zero | tr '\\0' x; head -c 100000000 /dev/zero | tr '\\0' y >&2; touch /root/flooded",
        always: true,
      }),
      { tags: ['flood'] },
    ),
    task(
      'long',
      command({ run: run`printf %s ${'l'.repeat(300_000)} | wc -c >/root/long`, creates: '/root/long' }),
      { tags: ['long'] },
    ),
  ]),
)
