import { inSync, play, playbook, read, task } from 'rampart'

/** A look that says when it has begun, by making `~/looking`, and ends when somebody makes `~/go`. */
const slow = task('slow look', {
  check: async probe => {
    await probe.ask(read`touch ~/looking; until [ -e ~/go ]; do sleep 0.1; done`)
    return inSync()
  },
})

const quick = task('quick look', {
  check: async probe => {
    await probe.ask(read`cat /etc/hostname`)
    return inSync()
  },
})

export default playbook(play('look', { hosts: 'all' }, [quick, slow]))
