import { drift, inSync, play, playbook, read, run, task } from 'rampart'

/**
 * A change that no look can tell from having been made twice, but for the lines of `~/count`. It ends when somebody
 * makes `~/go`.
 */
const slowWork = task('slow work', {
  check: async probe => {
    const { code } = await probe.ask(read`test -e ~/done`)
    if (code === 0) return inSync()
    return drift({ kind: 'fields', changes: { done: ['no', 'yes'] } }, [
      run`echo x >>~/count; until [ -e ~/go ]; do sleep 0.1; done; echo worked; touch ~/done`,
    ])
  },
})

const look = (name: string) =>
  task(name, {
    check: async probe => {
      await probe.ask(read`cat /etc/hostname ~/count 2>/dev/null`)
      return inSync()
    },
  })

export default playbook(play('count', { hosts: 'all' }, [look('before'), slowWork, look('after')]))
