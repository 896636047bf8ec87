import { isIP } from 'node:net'
import { defineResource, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import type { EditedFileState } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import { fileTouch } from './parts/file-writing.ts'
import { withHost } from './parts/host-lines.ts'
import { refuse } from './parts/refusals.ts'

const hostName = z.string().regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/, {
  error: "expected a host's name, such as 'db.example.com'",
})

const spec = z
  .object({
    address: z
      .string()
      .refine(address => isIP(address) !== 0, { error: 'expected an IPv4 or IPv6 address' })
      .describe('the address'),
    names: z
      .array(hostName)
      .default([])
      .describe('the names that stand for it, the canonical one first; absent: none means all'),
    state: presentOrAbsent().describe('whether they stand for it'),
  })
  .superRefine(({ names, state }, context) => {
    if (state === 'present' && names.length === 0) refuse(context, 'names', 'expected at least one name')
    if (new Set(names.map(name => name.toLowerCase())).size < names.length)
      refuse(context, 'names', 'one of them stands there twice')
  })

export type HostsEntrySpec = z.output<typeof spec>

const PATH = '/etc/hosts'

/**
 * Names of an address in /etc/hosts: on a line of their own, and on no other of IPv4 or of IPv6, whichever the address
 * is of. Other names and other lines stay.
 *
 * @example
 * ```ts
 * hostsEntry({ address: '192.0.2.77', names: ['db.example.com', 'db'] })
 * ```
 */
export const hostsEntry = defineResource<typeof spec, EditedFileState>({
  kind: 'hostsEntry',
  spec,
  id: ({ address, names }) => `hostsEntry ${[address, ...names].join(' ')}`,
  touches: () => [fileTouch(PATH)],
  read: probe => readEditedFile(probe, PATH),
  plan(spec, state) {
    const edit = (text: string): string => withHost(text, spec)
    return editPlan({ path: PATH, create: true, hidden: false, edit }, state)
  },
})
