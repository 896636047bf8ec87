import type { Text } from './secret.ts'

/** What would change, for a person to read: a text before and after (null: absent), or named fields from and to. */
export type Diff =
  | {
      readonly kind: 'text'
      readonly path: string
      readonly before: Text | null
      readonly after: Text | null
      /** What else changes of it: its mode, its owner. */
      readonly changes?: Readonly<Record<string, readonly [from: string, to: string]>>
    }
  | {
      readonly kind: 'fields'
      readonly changes: Readonly<Record<string, readonly [from: string, to: string]>>
    }
