import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { chunks, wordsQuery } from './words.ts'

/** Whether the kernel has a module: loaded, as a part of itself, or not now. */
export type KernelModuleLook = 'loaded' | 'built in' | 'not loaded'

/** By the module's name with `_` for `-`, as the kernel knows it. Three small files for any number of modules. */
export const kernelModuleLook: Query<string, KernelModuleLook> = wordsQuery<KernelModuleLook>({
  name: 'modules',
  command: names => {
    const asked = chunks(names).map(
      chunk => read`for m in ${chunk}; do [ ! -d "/sys/module/$m" ] || echo "$m"; done\n`,
    )
    return read`cat /proc/modules 2>/dev/null; echo -
cat "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null; echo -
${asked}`
  },
  parse({ stdout }, names) {
    const [loaded = '', builtin = '', known = ''] = stdout.split(/^-$/m)
    const words = (text: string, part: RegExp): ReadonlySet<string> =>
      new Set([...text.matchAll(part)].map(([, name = '']) => name.replaceAll('-', '_')))
    const live = words(loaded, /^(\S+) /gm)
    const parts = words(builtin, /([^/\n]+)\.ko$/gm)
    const present = words(known, /^(\S+)$/gm)
    return names.map(name => {
      if (live.has(name)) return 'loaded'
      // What the kernel shows without having loaded it is a part of it.
      return parts.has(name) || present.has(name) ? 'built in' : 'not loaded'
    })
  },
})
