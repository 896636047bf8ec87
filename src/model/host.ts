import type { Command } from './command.ts'
import type { Facts } from './facts.ts'
import type { Upload } from './plan.ts'
import type { Probe, Reply } from './probe.ts'
import type { z } from './schema.ts'
import type { Secret } from './secret.ts'

/**
 * What the inventory says of a host, still untyped: reading a value is the moment it gets its type. Each reader throws
 * a VariableError with the value's place if it has another type, or if it is missing and no `otherwise` is given.
 */
export interface HostVars {
  string(name: string, otherwise?: string): string
  number(name: string, otherwise?: number): number
  flag(name: string, otherwise?: boolean): boolean
  list(name: string, otherwise?: readonly string[]): readonly string[]
  secret(name: string): Secret
  /** Reads a value by any schema. */
  read<S extends z.ZodType>(name: string, schema: S): z.output<S>
}

/** A host of the inventory, as a playbook and a role see it. */
export interface Host {
  readonly name: string
  /** The first address by which it is reached. */
  readonly address: string
  /** The host it is reached through, if any. */
  readonly via: string | undefined
  readonly groups: ReadonlySet<string>
  readonly vars: HostVars
  readonly facts: Facts
  /** The hosts of the inventory that a pattern names, in the inventory's order. */
  hosts(pattern: string): readonly Host[]
}

/** A host that a hand-written apply may act on. */
export interface ConnectedHost<On extends string = never> extends Probe<On> {
  readonly name: string
  readonly facts: Facts
  on(host: On): ConnectedHost<On>
  /** Runs a command. Rejects with a StepFailed unless its exit code is among its `ok`. */
  run(command: Command): Promise<Reply>
  /** Writes a whole file atomically. */
  upload(file: Upload): Promise<void>
}
