import { role, task } from 'rampart'
import { file } from 'rampart/resources'
import { aptInForce, aptSettings } from './apt.ts'
import { variables } from './variables.ts'
import { yumProxy } from './yum.ts'

/** The bastion's proxy as the way to the hosts of packages, and to nothing else: all other programs go as before. */
export default role({
  name: 'package-proxies',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, facts, template }) => {
    const settings = aptSettings(vars)
    return [
      facts.os.family === 'debian' && [
        task(
          'apt proxies',
          file({
            path: '/etc/apt/apt.conf.d/95rampart-proxy',
            content: template('templates/apt.ejs', { settings }),
            ...{ owner: 'root', group: 'root', mode: '0644' },
            // With a mistake in it no apt would run any more.
            validate: 'apt-config -c=%s dump',
          }),
        ),
        task('apt proxies in force', aptInForce(settings)),
      ],
      vars.yum_repos.map(id =>
        task(`proxy of repository ${id}`, yumProxy(id, vars.proxy_url.replace(/\/$/, ''))),
      ),
    ]
  },
})
