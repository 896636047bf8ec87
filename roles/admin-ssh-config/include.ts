import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read } from 'rampart'
import { file } from 'rampart/resources'

const LINE = 'Include config.d/*.conf'

/**
 * Whether ssh reads the folder before it has read anything else. Other files may come first, remarks too; any keyword
 * would either win over ours, or put them into its block.
 */
export function includes(config: string, home: string): boolean {
  for (const line of config.split('\n')) {
    const [, keyword = '', value = ''] = /^\s*([A-Za-z]+)(?:\s+|\s*=\s*)(.*?)\s*$/.exec(line) ?? []
    if (/^\s*(#|$)/.test(line)) continue
    if (keyword.toLowerCase() !== 'include') return false
    const patterns = value.split(/\s+/).map(one => one.replaceAll('"', ''))
    if (patterns.some(one => FOLDER.includes(one.replace(/^~\//, `${home}/`).replace(`${home}/.ssh/`, ''))))
      return true
  }
  return false
}

const FOLDER = ['config.d/*.conf', 'config.d/*']

/** That `~/.ssh/config` begins with our folder. The rest of it is the user's and stays as it is. */
export function included(home: string): { check(probe: Probe): Promise<Plan> } {
  const path = `${home}/.ssh/config`
  return {
    async check(probe) {
      const { code, stdout, stderr } = await probe.ask(read`[ ! -e ${path} ] || cat -- ${path}`)
      if (code !== 0)
        throw new CheckFailed(`${path} cannot be read: ${stderr.trim()}`, { hint: 'Whose is it?' })
      if (includes(stdout, home)) return inSync()
      const plan = await file({ path, content: `${LINE}\n${stdout === '' ? '' : `\n${stdout}`}` }).check(
        probe,
      )
      // The rest is nobody's business.
      return plan.status === 'in-sync'
        ? plan
        : drift({ kind: 'fields', changes: { [path]: ['begins with something else', LINE] } }, plan.cure)
    },
  }
}
