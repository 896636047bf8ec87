import { PlaybookError } from './error.ts'
import type { Guard } from './guard.ts'
import type { GuardNode } from './guarded.ts'
import { guardOf } from './guarded.ts'
import type { ConnectedHost } from './host.ts'
import { kindOf } from './kind-of.ts'
import { remember } from './made.ts'
import { refuseNameless, refuseOptions } from './options.ts'
import type { Drift, Plan, Steps } from './plan.ts'
import { isStep } from './plan.ts'
import type { Probe } from './probe.ts'
import type { Resource } from './resource.ts'

export interface TaskOptions {
  /** Run these once, after the play's list or at `flushHandlers()`, if this task changes something. */
  readonly notify?: Handler | readonly Handler[]
  /** Undo this task, and the handlers it wakes, unless a fresh login proves that the way in still works. */
  readonly guard?: true | Guard
  readonly tags?: readonly string[]
  /** As whom: `true` is root. */
  readonly become?: boolean | string
}

/** One thing to bring about on a host: a check that looks, and a cure if it drifts. */
export interface Task {
  readonly type: 'task'
  readonly name: string
}

/** Runs once, later, if a task that names it changed something. Never in a task list: a restart there would run every time. */
export interface Handler {
  readonly type: 'handler'
  readonly name: string
}

/** What stands behind a {@link Task}. */
export interface TaskNode extends Task {
  /** The other hosts that it asks or changes. */
  readonly on: readonly string[]
  readonly check: (probe: Probe<string>) => Plan<unknown> | Promise<Plan<unknown>>
  /** Hand-written; without it the drift's cure is data steps. */
  readonly apply: ((host: ConnectedHost<string>, drift: Drift<unknown>) => Promise<void>) | undefined
  readonly resource: Resource | undefined
  readonly notify: readonly HandlerNode[]
  readonly guard: GuardNode | undefined
  readonly tags: readonly string[]
  readonly become: boolean | string | undefined
}

/** What stands behind a {@link Handler}: data steps or a function. */
export interface HandlerNode extends Handler {
  readonly cure: Steps | ((host: ConnectedHost) => Promise<void>)
}

/**
 * A task of data steps: a resource, or a check whose drift carries its steps. Throws a PlaybookError for what cannot be
 * one, a VariableError for options that it does not have.
 */
export function task(
  name: string,
  what: { check(probe: Probe): Plan | Promise<Plan>; readonly apply?: never },
  options?: TaskOptions,
): Task
/** A task by hand: `check` looks, `apply` cures, here and on the hosts that `on` names. */
export function task<C, const On extends string = never>(
  name: string,
  what: {
    readonly on?: readonly On[]
    check(probe: Probe<On>): Plan<C> | Promise<Plan<C>>
    apply(host: ConnectedHost<On>, drift: Drift<C>): Promise<void>
  },
  options?: TaskOptions,
): Task
export function task(name: string, what: object, options: TaskOptions = {}): Task {
  refuseNameless('task', name)
  const { on = [], apply, check } = (what ?? {}) as Partial<TaskNode>
  if (typeof check !== 'function')
    throw new PlaybookError(`the task "${name}" has no check`, {
      hint: "Write task('…', { check: async probe => … }), or give it a resource.",
    })
  refuseOptions('task', `task("${name}")`, options)
  const resource = isResource(what) ? what : undefined
  const node: TaskNode = {
    type: 'task',
    name,
    on,
    check: probe => (what as TaskNode).check(probe),
    apply: apply && ((host, drift) => apply.call(what, host, drift)),
    resource,
    notify: handlersOf(name, options.notify),
    guard: guardOf(name, options.guard, resource),
    tags: options.tags ?? [],
    become: options.become,
  }
  return remember(node, task)
}

function handlersOf(task: string, notify: TaskOptions['notify']): readonly HandlerNode[] {
  const all = [notify ?? []].flat()
  const stray = all.find(one => (one as Handler | null)?.type !== 'handler')
  if (stray !== undefined)
    throw new PlaybookError(`the task "${task}" notifies ${kindOf(stray)}, which is no handler`, {
      hint: "A handler is a value: const restart = handler('restart web', …), then notify: restart.",
    })
  return all as unknown as readonly HandlerNode[]
}

/** Something that a changed task wakes: data steps, or a function that may act on the host. */
export function handler(name: string, ...steps: Steps): Handler
export function handler(name: string, apply: (host: ConnectedHost) => Promise<void>): Handler
export function handler(name: string, ...what: readonly unknown[]): Handler {
  refuseNameless('handler', name)
  const stray = what.findIndex(step => !isStep(step) && typeof step !== 'function')
  if (what.length === 0 || stray >= 0)
    throw new PlaybookError(`the handler "${name}" has ${kindOf(what[stray])} where a step should be`, {
      hint: "Write handler('…', run`…`).",
    })
  const node: HandlerNode = {
    type: 'handler',
    name,
    cure: (typeof what[0] === 'function' ? what[0] : what) as HandlerNode['cure'],
  }
  return remember(node, handler)
}

/** Runs the handlers woken so far at this place of the list rather than at its end. */
export function flushHandlers(): { readonly type: 'flush' } {
  return { type: 'flush' }
}

export function isResource(value: object): value is Resource {
  return 'kind' in value && 'id' in value && 'spec' in value && 'check' in value
}
