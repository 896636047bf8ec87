import type { TaskNode } from '../model/task.ts'

/** One place in a host's list: a task with all that play, role and use say of it, or a flush of the handlers. */
export type Entry = TaskEntry | { readonly type: 'flush' }

export interface TaskEntry {
  readonly type: 'task'
  readonly task: TaskNode
  /** The role it comes from, if any. */
  readonly role: string | undefined
  /** Of play, role, use and task together. */
  readonly tags: ReadonlySet<string>
  /** As whom: a user's name, or empty for whoever the host is used as. */
  readonly user: string
}

export const isTask = (entry: Entry): entry is TaskEntry => entry.type === 'task'

/** What a person calls a task: its role first. */
export const titleOf = ({ role, task }: TaskEntry): string =>
  role === undefined ? task.name : `${role} › ${task.name}`
