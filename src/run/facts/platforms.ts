import { read } from '../../model/command.ts'
import { counted, json, linesOf, partsOf, section, textAt } from './section.ts'

/** Docker's engine, if it answers, and its containers. */
export const docker = section({
  command: read({
    timeout: 40,
  })`command -v docker >/dev/null || exit 127; timeout 15 docker version --format ${'{{json .Server}}'} 2>&1; echo ==; timeout 15 docker ps --all --no-trunc --format ${'{{json .}}'} 2>/dev/null`,
  parse: ({ stdout, code }) => {
    if (code === 127) return { installed: false, containers: [] }
    const [server = '', list = ''] = partsOf(stdout)
    const version = textAt(json(server.trim()), 'Version')
    if (version === undefined)
      return { installed: true, error: linesOf(server).at(-1) ?? 'no answer', containers: [] }
    const containers = linesOf(list).map(line => {
      const one = json(line)
      const of = (name: string): string => textAt(one, name) ?? ''
      return { id: of('ID'), name: of('Names'), image: of('Image'), state: of('State'), status: of('Status') }
    })
    return { installed: true, version, containers }
  },
  brief: ({ installed, version, error, containers }) => {
    if (!installed) return 'not installed'
    return error ?? `${version}, containers: ${counted(containers.map(({ state }) => state)) || 'none'}`
  },
})

interface Tailscale {
  readonly installed: boolean
  readonly version?: string
  /** `Running`, `NeedsLogin`, `Stopped` …, or what was said instead. */
  readonly state?: string
  readonly name?: string | undefined
  readonly addresses?: readonly string[]
}

/** Tailscale's daemon: its state, its own addresses and name. */
export const tailscale = section<Tailscale>({
  command: read({
    timeout: 20,
  })`command -v tailscale >/dev/null || exit 127; tailscale version 2>/dev/null | head -n 1; echo ==; timeout 10 tailscale status --json --peers=false 2>&1`,
  parse({ stdout, code }) {
    if (code === 127) return { installed: false }
    const [version = '', status = ''] = partsOf(stdout)
    const found = json(status) as { readonly TailscaleIPs?: readonly string[] | null } | undefined
    return {
      ...{ installed: true, version: version.trim(), name: textAt(found, 'Self', 'DNSName') },
      ...{
        state: textAt(found, 'BackendState') ?? linesOf(status)[0] ?? '',
        addresses: found?.TailscaleIPs ?? [],
      },
    }
  },
  brief: ({ installed, version, state, name, addresses = [] }) =>
    installed ? [version, state, name, ...addresses].filter(Boolean).join(', ') : 'not installed',
})

interface Teleport {
  readonly installed: boolean
  readonly version?: string | undefined
  readonly active?: boolean
}

/** Teleport: which, and whether it runs. */
export const teleport = section<Teleport>({
  command: read`command -v teleport >/dev/null || exit 127; teleport version 2>/dev/null; echo ==; systemctl is-active teleport 2>/dev/null`,
  parse: ({ stdout, code }) => {
    if (code === 127) return { installed: false }
    const [version = '', active = ''] = partsOf(stdout)
    return {
      installed: true,
      version: /v?(\d+\.\d+\.\d+\S*)/.exec(version)?.[1],
      active: active.trim() === 'active',
    }
  },
  brief: ({ installed, version, active }) =>
    installed ? `${version ?? 'unknown version'}, ${active ? 'active' : 'not active'}` : 'not installed',
})
