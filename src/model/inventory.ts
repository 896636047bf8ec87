/** A group of an inventory, in Ansible's shape. */
export interface Group {
  readonly hosts?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>
  readonly children?: Readonly<Record<string, Group | null>>
  readonly vars?: Readonly<Record<string, unknown>>
}

/** An inventory as a `.ts` file gives it: the group `all`, in Ansible's shape. */
export type Shape = { readonly all: Group }

/** The default export of a `.ts` inventory: its groups and hosts, given or computed. */
export function inventory(shape: Shape | (() => Shape | Promise<Shape>)): () => Promise<Shape> {
  return async () => (typeof shape === 'function' ? shape() : shape)
}
