export type { Command, CommandOptions, Effect, Tag, Word } from './model/command.ts'
export { read, run } from './model/command.ts'
export type { Diff } from './model/diff.ts'
export type { ErrorOptionsWithCure, RampartError } from './model/error.ts'
export { CheckFailed } from './model/error.ts'
export type { Facts } from './model/facts.ts'
export type { Guard, Touch } from './model/guard.ts'
export type { ConnectedHost, Host, HostVars } from './model/host.ts'
export type { Group, Shape } from './model/inventory.ts'
export { inventory } from './model/inventory.ts'
export { didYouMean } from './model/nearest.ts'
export type { Place } from './model/place.ts'
export type {
  Answer,
  Drift,
  DriftOptions,
  FileMode,
  InSync,
  Plan,
  Step,
  Steps,
  Upload,
} from './model/plan.ts'
export { drift, inSync, willAnswer } from './model/plan.ts'
export type { Batch, Play, Playbook, PlayOptions } from './model/play.ts'
export { play, playbook } from './model/play.ts'
export type { Probe, Query, Reply } from './model/probe.ts'
export type { Resource, ResourceType } from './model/resource.ts'
export { defineResource } from './model/resource.ts'
export type { Item, Role, RoleContext, RoleDefinition, RoleOptions, RoleUse } from './model/role.ts'
export { role } from './model/role.ts'
export { mode, secret, text, z } from './model/schema.ts'
export type { Text } from './model/secret.ts'
export { reveal, Secret } from './model/secret.ts'
export type { Handler, Task, TaskOptions } from './model/task.ts'
export { flushHandlers, handler, task } from './model/task.ts'
