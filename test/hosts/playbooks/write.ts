import { play, playbook } from 'rampart'
import { file } from 'rampart/resources'

/** Writes the file `path`: so many bytes (`size`), or what is in `source`. */
export default playbook(
  play('write', { hosts: 'all' }, ({ vars }) => {
    const path = vars.string('path')
    const source = vars.string('source', '')
    if (source !== '') return [file({ path, source })]
    return [file({ path, content: 'n'.repeat(vars.number('size')), mode: '0640' })]
  }),
)
