import { read } from '../../model/command.ts'
import { bytes, linesOf, section } from './section.ts'

/** What the processors are called, and how busy they are (proc_loadavg(5)). */
export const cpu = section({
  command: read`grep -m 1 -E '^(model name|Model|cpu)[[:space:]]*:' /proc/cpuinfo; echo "load $(cat /proc/loadavg)"; echo "count $(getconf _NPROCESSORS_ONLN 2>/dev/null || nproc)"; echo "up $(cat /proc/uptime)"`,
  parse({ stdout }) {
    const model = /^(?:model name|Model|cpu)\s*:\s*(.*)$/m.exec(stdout)?.[1] ?? ''
    const load = /^load (\S+) (\S+) (\S+)/m.exec(stdout)?.slice(1).map(Number) ?? []
    const number = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(stdout)?.[1] ?? 0)
    return { model, count: number('count'), load, upSeconds: number('up') }
  },
  brief: ({ model, count, load }) => `${count} × ${model || 'unknown'}, load ${load.join(' ')}`,
})

/** proc_meminfo(5) */
export const memory = section({
  command: read`cat /proc/meminfo`,
  parse({ stdout }) {
    const of = (name: string): number =>
      1024 * Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(stdout)?.[1] ?? 0)
    return {
      ...{ totalBytes: of('MemTotal'), availableBytes: of('MemAvailable') },
      ...{ swapTotalBytes: of('SwapTotal'), swapFreeBytes: of('SwapFree') },
    }
  },
  brief: ({ totalBytes, availableBytes, swapTotalBytes }) =>
    `${bytes(availableBytes)} of ${bytes(totalBytes)} available, swap ${bytes(swapTotalBytes)}`,
})

const GPU = [
  ...['index', 'name', 'uuid', 'driver_version', 'memory.total', 'memory.used', 'utilization.gpu'],
  ...['temperature.gpu', 'mig.mode.current'],
]

/** NVIDIA's GPUs, as nvidia-smi tells them; a host without it has none that it could tell of. */
export const gpus = section({
  command: read({
    timeout: 40,
  })`command -v nvidia-smi >/dev/null || exit 127; timeout 30 nvidia-smi ${`--query-gpu=${GPU.join(',')}`} --format=csv,noheader,nounits`,
  parse({ code, stdout, stderr }) {
    if (code === 127) return { installed: false, gpus: [] }
    if (code !== 0)
      return { installed: true, error: (stderr || stdout).trim() || `nvidia-smi exited ${code}`, gpus: [] }
    const mib = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) * 1024 ** 2 : null)
    const number = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null)
    const gpus = linesOf(stdout).map(line => {
      const [
        index = '',
        name = '',
        uuid = '',
        driver = '',
        total = '',
        used = '',
        busy = '',
        heat = '',
        mig = '',
      ] = line.split(',').map(field => field.trim())
      return {
        ...{ index: Number(index), name, uuid, driver, memoryBytes: mib(total), usedBytes: mib(used) },
        ...{ busyPercent: number(busy), celsius: number(heat), mig: mig === 'Enabled' },
      }
    })
    return { installed: true, gpus }
  },
  brief: ({ installed, gpus, error }) => {
    if (!installed) return 'no nvidia-smi'
    if (error !== undefined) return error
    const [first] = gpus
    return first === undefined ? 'none' : `${gpus.length} × ${first.name}, driver ${first.driver}`
  },
})
