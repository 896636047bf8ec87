import { isTask } from '../engine/entry.ts'
import type { Listing } from '../model/listing.ts'
import { asMistake } from '../model/mistake.ts'
import { PLAIN_DEBIAN, recallFacts } from './facts-cache.ts'
import { makeLists } from './lists.ts'
import { readProject } from './project.ts'
import { renderer } from './read.ts'
import type { ListRequest } from './request.ts'

/** What a playbook would do where, without connecting to anybody: it takes the facts of each host's last run. Throws every mistake that a run would find. */
export async function list(request: ListRequest): Promise<Listing> {
  try {
    return await listing(request)
  } catch (error) {
    throw asMistake(error)
  }
}

async function listing(request: ListRequest): Promise<Listing> {
  const project = await readProject(request, {}, () => undefined)
  const { fleet, plays, selected, hosts } = project
  const known = new Map(
    await Promise.all(
      [...fleet.hosts.keys()].map(async host => [host, await recallFacts(fleet.source, host)] as const),
    ),
  )
  const names = hosts.map(({ name }) => name)
  const factsOf = (host: string) => known.get(host) ?? PLAIN_DEBIAN
  const { lists } = makeLists({ project, selection: request, hosts: names, factsOf, render: renderer() })
  return {
    assumed: names.filter(host => known.get(host) === undefined),
    plays: plays.map((play, i) => ({
      play: play.name,
      hosts: (selected[i] ?? []).map(({ name, address, via }) => ({
        host: name,
        address,
        ...(via === undefined ? {} : { via }),
        tasks: (lists.get(name)?.[i]?.entries ?? []).filter(isTask).map(({ task, role, tags }) => ({
          task: task.name,
          ...(role === undefined ? {} : { role }),
          tags: [...tags],
        })),
      })),
    })),
  }
}
