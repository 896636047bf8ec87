import { play, playbook } from 'rampart'
import { packages } from 'rampart/resources'

/** The package `probe` in this `state`, waiting so many seconds for whoever holds apt's lock. */
export default playbook(
  play('package', { hosts: 'all' }, ({ vars }) => [
    packages({
      names: ['probe'],
      state: vars.flag('there', true) ? 'present' : 'absent',
      lockTimeout: vars.number('wait', 60),
    }),
  ]),
)
