import { flushHandlers, role, task } from 'rampart'
import { dropIn, file, hostsEntry, packages, reload, restart, service } from 'rampart/resources'
import { listening } from './listening.ts'
import { isTailnet } from './networks.ts'
import { patternOf } from './pattern.ts'
import { variables } from './variables.ts'

/** Of its own, so that the distribution's settings stay as they came and its updates ask nobody anything. */
const CONFIG = '/etc/tinyproxy/rampart.conf'
const FILTER = '/etc/tinyproxy/rampart.filter'

const restartProxy = restart('tinyproxy')
/** It keeps the tunnels that there are: the agents' connections to their cluster. */
const reloadProxy = reload('tinyproxy')

/** A proxy (tinyproxy) that is the only way out of nodes without one: for whom is named, to where is named. */
export default role({
  name: 'forward-proxy',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, template }) => {
    const patterns = [...new Set([...vars.domains, ...vars.extra_domains])].map(patternOf)
    const afterTailnet = vars.listen.some(isTailnet)
    return [
      packages({ names: ['tinyproxy'], recommends: false }),
      vars.hairpin_names.map(name => hostsEntry({ address: '127.0.0.1', names: [name] })),
      // After a reload it reads them as its own user: they hold nothing secret.
      task(
        'proxy filter',
        file({ path: FILTER, content: template('templates/rampart.filter.ejs', { patterns }), ...ROOTS }),
        { notify: reloadProxy },
      ),
      task(
        'proxy settings',
        file({ path: CONFIG, content: template('templates/rampart.conf.ejs', vars), ...ROOTS }),
        { notify: reloadProxy },
      ),
      task(
        'proxy unit',
        dropIn({
          unit: 'tinyproxy',
          name: 'rampart',
          content: template('templates/unit.conf.ejs', { config: CONFIG, afterTailnet }),
        }),
        { notify: restartProxy },
      ),
      service({ unit: 'tinyproxy' }),
      flushHandlers(),
      task('proxy listens', listening(vars)),
    ]
  },
})

const ROOTS = { owner: 'root', group: 'root', mode: '0644' } as const
