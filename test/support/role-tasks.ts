import { isTask } from '../../src/engine/entry.ts'
import { expand } from '../../src/engine/expand.ts'
import type { RoleUse } from '../../src/index.ts'
import { play } from '../../src/index.ts'
import type { FleetHost } from '../../src/model/fleet.ts'
import type { Host } from '../../src/model/host.ts'
import type { PlayNode } from '../../src/model/play.ts'
import type { TaskNode } from '../../src/model/task.ts'
import { templates } from '../../src/project/template.ts'

const entry = {
  name: 'h',
  become: true,
  roleVars: () => ({ inventory: {}, extra: {}, placeOf: () => undefined }),
}

/** A role's list for a host that says this of itself; throws what a wrong variable throws. */
export function roleNodes(
  use: RoleUse,
  os: Partial<Host['facts']['os']> = { id: 'debian', family: 'debian', codename: 'trixie' },
): readonly TaskNode[] {
  const list = expand(play('p', { hosts: 'h' }, [use]) as PlayNode, {
    host: {
      name: 'h',
      facts: { os, arch: 'x86_64', addresses: [] as Host['facts']['addresses'] } as Host['facts'],
    } as Host,
    entry: entry as unknown as FleetHost,
    render: templates(),
  })
  return list.filter(isTask).map(({ task }) => task)
}

/** The names of its tasks. */
export function roleTasks(...given: Parameters<typeof roleNodes>): readonly string[] {
  return roleNodes(...given).map(({ name }) => name)
}
