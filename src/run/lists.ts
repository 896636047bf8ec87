import { refuseConflicts } from '../engine/conflicts.ts'
import { isTask } from '../engine/entry.ts'
import type { Render } from '../engine/expand.ts'
import { expand } from '../engine/expand.ts'
import { select } from '../engine/select.ts'
import type { Stage } from '../engine/stage.ts'
import { PlaybookError, UsageError } from '../model/error.ts'
import type { Facts } from '../model/facts.ts'
import { madeAt } from '../model/made.ts'
import { didYouMean } from '../model/nearest.ts'
import { hostView } from './host-view.ts'
import type { Project } from './project.ts'
import { rolesGiven } from './read.ts'
import type { Selection } from './request.ts'

export interface ListsOptions {
  readonly project: Project
  readonly selection: Selection
  /** The hosts whose lists are wanted: those that were reached, or all for a listing. */
  readonly hosts: readonly string[]
  readonly factsOf: (host: string) => Facts
  readonly render: Render
}

/** What every host is to do, one stage for each play. */
export type Lists = ReadonlyMap<string, readonly Stage[]>

/** The variables of the roles that a host's list uses, as they came out. */
export type RolesUsed = ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>

/**
 * Every host's whole list, known before its first task runs, and its roles' variables. Throws the mistakes of roles,
 * variables and templates, tasks that contradict each other, and filters that name what is not there.
 */
export function makeLists(options: ListsOptions): {
  readonly lists: Lists
  readonly roles: ReadonlyMap<string, RolesUsed>
} {
  const { project, selection, hosts } = options
  const made = hosts.map(host => [host, listOf(host, options)] as const)
  const absent = project.hosts.map(({ name }) => name).filter(name => !hosts.includes(name))
  const others = absent.flatMap(host => guessed(host, options))
  const lists = select(
    new Map(made.map(([host, { stages }]) => [host, stages])),
    selection,
    others.map(({ stages }) => stages),
  )
  const roles = new Map(made.map(([host, list]) => [host, list.roles]))
  refuseUnknownRoles(selection, [...roles.values(), ...others.map(list => list.roles)])
  for (const [host, stages] of lists) {
    refuseConflicts(host, stages)
    refuseUnknownOthers(stages, project)
  }
  return { lists, roles }
}

/** The hosts that tasks of these lists name in their `on`. */
export function othersNamed(lists: Lists): readonly string[] {
  const tasks = [...lists.values()].flat().flatMap(stage => stage.entries.filter(isTask))
  return [...new Set(tasks.flatMap(({ task }) => task.on))]
}

interface List {
  readonly stages: readonly Stage[]
  readonly roles: RolesUsed
}

function listOf(host: string, { project, factsOf, render }: ListsOptions): List {
  const { fleet, plays, selected } = project
  const roles = new Map<string, Readonly<Record<string, unknown>>[]>()
  const onRole = (role: string, vars: Readonly<Record<string, unknown>>): void => {
    roles.set(role, [...(roles.get(role) ?? []), vars])
  }
  const entry = fleet.hosts.get(host)
  if (entry === undefined) return { stages: [], roles }
  const view = hostView(entry, fleet, factsOf)
  const stages = plays.map((play, i) => ({
    play: play.name,
    entries: selected[i]?.includes(entry) ? expand(play, { host: view, entry, render, onRole }) : [],
  }))
  return { stages, roles }
}

/** What a host that was not reached would have: nothing, if that cannot be told without it. */
function guessed(host: string, options: ListsOptions): readonly List[] {
  try {
    return [listOf(host, options)]
  } catch {
    return []
  }
}

function refuseUnknownOthers(stages: readonly Stage[], { fleet }: Project): void {
  for (const { task } of stages.flatMap(stage => stage.entries.filter(isTask))) {
    const through = task.guard?.through ?? []
    const stranger = [...task.on, ...through].find(name => !fleet.hosts.has(name))
    if (stranger === undefined) continue
    const what = through.includes(stranger) ? 'is guarded by a login on' : 'acts on'
    throw new PlaybookError(
      `the task "${task.name}" ${what} "${stranger}", which the inventory does not have`,
      { at: madeAt(task), hint: didYouMean(stranger, fleet.hosts.keys()) },
    )
  }
}

/** `-e wbe.port=81` would silently leave the default in force. */
function refuseUnknownRoles({ extraVars }: Selection, used: readonly RolesUsed[]): void {
  const known = new Set(used.flatMap(roles => [...roles.keys()]))
  for (const { role, flag } of rolesGiven(extraVars)) {
    if (known.has(role)) continue
    throw new UsageError(`${flag}: no host of this run has a role "${role}"`, {
      hint: didYouMean(role, known, 'This playbook uses no role.'),
    })
  }
}
