import { read } from '../../model/command.ts'
import { counted, linesOf, partsOf, section } from './section.ts'

/** The routes of both families, as ip-route(8) tells them. */
export const routes = section({
  command: read`ip -4 route show 2>/dev/null; echo ==; ip -6 route show 2>/dev/null`,
  parse: ({ stdout }) =>
    partsOf(stdout).flatMap((text, i) =>
      linesOf(text).map(line => {
        const [first = '', ...words] = line.trim().split(/\s+/)
        // `unreachable`, `blackhole` … stand before where it goes.
        const isKind = /^[a-z]+$/.test(first) && first !== 'default'
        const after = (word: string): string | undefined => words[words.indexOf(word) + 1 || words.length]
        return {
          ...{ family: i === 0 ? (4 as const) : (6 as const), to: (isKind ? words[0] : first) ?? '' },
          ...{ kind: isKind ? first : undefined, via: after('via'), interface: after('dev') },
        }
      }),
    ),
  brief: routes => {
    const ways = routes
      .filter(({ to }) => to === 'default')
      .map(({ via, interface: by }) => `${via ?? 'direct'} (${by})`)
    return `${routes.length}, default by ${ways.join(', ') || 'none'}`
  },
})

/** Who listens: ss(8), whose processes only root sees. */
export const listening = section({
  command: read`ss -H -lntup`,
  parse: ({ stdout, code, stderr }) => {
    if (code !== 0) return { error: stderr.trim() || `ss exited ${code}`, sockets: [] }
    const sockets = linesOf(stdout).map(line => {
      const [protocol = '', , , , local = '', , ...rest] = line.trim().split(/\s+/)
      const at = local.lastIndexOf(':')
      const [, process, pid] = /\(\("([^"]*)",pid=(\d+)/.exec(rest.join(' ')) ?? []
      return {
        ...{
          protocol,
          address: local.slice(0, at).replaceAll(/^\[|\]$/g, ''),
          port: Number(local.slice(at + 1)),
        },
        ...(process === undefined ? {} : { process, pid: Number(pid) }),
      }
    })
    return { sockets }
  },
  brief: ({ sockets, error }) => {
    if (error !== undefined) return error
    const named = sockets.map(
      ({ protocol, port, process }) => `${protocol}/${port}${process ? ` ${process}` : ''}`,
    )
    return [...new Set(named)].join(', ') || 'nobody'
  },
})

/** The kernel's own, which hold no files. */
const PSEUDO = new Set([
  ...[
    'proc',
    'sysfs',
    'devpts',
    'cgroup',
    'cgroup2',
    'mqueue',
    'securityfs',
    'debugfs',
    'tracefs',
    'configfs',
  ],
  ...[
    'fusectl',
    'pstore',
    'bpf',
    'autofs',
    'binfmt_misc',
    'hugetlbfs',
    'devtmpfs',
    'efivarfs',
    'nsfs',
    'rpc_pipefs',
  ],
])

/** What is mounted (proc_pid_mounts(5)), and how full what is local is: df(1) of a dead server would wait for it. */
export const mounts = section({
  command: read({ timeout: 20 })`cat /proc/self/mounts; echo ==; timeout 10 df -Pkl 2>/dev/null`,
  parse: ({ stdout }) => {
    const [mounted = '', full = ''] = partsOf(stdout)
    const sizes = new Map(
      linesOf(full)
        .map(line => /^(.*?)\s+(\d+)\s+(\d+)\s+(\d+)\s+\S+\s+(\/.*)$/.exec(line))
        .map(found => [
          found?.[5] ?? '',
          { sizeBytes: 1024 * Number(found?.[2]), usedBytes: 1024 * Number(found?.[3]) },
        ]),
    )
    return linesOf(mounted)
      .map(line => line.split(' '))
      .filter(([, , type = '']) => !PSEUDO.has(type))
      .map(([source = '', path = '', type = '', options = '']) => {
        const at = plain(path)
        return { path: at, source: plain(source), type, options: options.split(','), ...sizes.get(at) }
      })
  },
  brief: mounts => counted(mounts.map(({ type }) => type)),
})

const plain = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
