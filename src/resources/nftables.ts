import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { tableContent, whoseTable } from './parameters/nft-table.ts'
import { combinedPlan } from './parts/combined-plan.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { FoundTable } from './queries/nft-tables.ts'
import { nftTables } from './queries/nft-tables.ts'

const spec = z
  .object({
    table: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,60}$/, { error: "expected a name such as 'rampart'" })
      .describe('the name of a table that nobody else uses'),
    family: z
      .enum(['inet', 'ip', 'ip6', 'arp', 'bridge'])
      .default('inet')
      .describe('its family; `inet` is IPv4 and IPv6'),
    state: presentOrAbsent().describe('whether it is there, in force and as a file'),
    content: tableContent()
      .optional()
      .describe('what stands inside its braces, as nft(8) describes it: its sets and chains'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    const whose = whoseTable(given.family, given.table)
    if (whose !== undefined) refuse(context, 'table', whose)
    if (isPresent && given.content === undefined) refuse(context, 'content', 'expected what it holds')
    refuseUnless(isPresent, context, given, ['content'], 'an absent table has none')
  })

export type NftablesSpec = z.output<typeof spec>

/** The table that is in force, and its file. */
export interface NftablesState extends FoundTable {
  readonly file: FileState
}

/**
 * A table of nftables of your own, loaded as a whole and in one step; all other tables stay as they are. Its file,
 * `/etc/rampart/nftables/FAMILY-TABLE.nft`, is for a unit of systemd that loads it at boot with `nft -f`. What the
 * packets themselves put into sets, and counters, make no difference.
 *
 * @example
 * ```ts
 * nftables({
 *   table: 'example',
 *   content: `
 *     chain input {
 *       type filter hook input priority filter; policy accept;
 *       iifname "lo" accept
 *       tcp dport { 3080, 3022-3026 } drop
 *     }
 *   `,
 * })
 * ```
 */
export const nftables = defineResource<typeof spec, NftablesState>({
  kind: 'nftables',
  spec,
  id: ({ family, table }) => `nftables ${family} ${table}`,
  touches: spec => [fileTouch(owned(spec).path), `table:${spec.family}:${spec.table}`],
  async read(probe, spec) {
    const { family, table } = spec
    const [file, found] = await Promise.all([
      readOwnedFile(probe, owned(spec)),
      probe.ask(nftTables, { family, table, text: fileText(spec) }),
    ])
    if (found instanceof CheckFailed) throw found
    return { ...found, file }
  },
  plan: (spec, state) => combinedPlan(inForce(spec, state), planOwnedFile(owned(spec), state.file)),
})

function inForce({ family, table, ...spec }: NftablesSpec, { live, wanted }: NftablesState): Plan {
  if (comparable(live) === comparable(wanted)) return inSync()
  const text = fileText({ family, table, ...spec })
  const path = run`PATH=$PATH:/usr/sbin:/sbin`
  const step =
    text === null
      ? run`${path}; nft delete table ${family} ${table}`
      : run({ stdin: text })`${path}; nft -f -`
  return drift({ kind: 'text', path: `nftables/${family}/${table}`, before: live, after: wanted }, [step])
}

const owned = (spec: NftablesSpec): OwnedFile => ({
  path: `/etc/rampart/nftables/${spec.family}-${spec.table}.nft`,
  content: fileText(spec),
  folder: 'made',
})

function fileText({ family, table, content }: NftablesSpec): string | null {
  if (content === undefined) return null
  return loading(family, table, `table ${family} ${table} {\n${content.replace(/\n?$/, '\n')}}\n`)
}

/** One transaction: the table that is there, if any, makes room for the new one (nft(8): a table is made to be deleted). */
const loading = (family: string, table: string, text: string): string =>
  `table ${family} ${table}\ndelete table ${family} ${table}\n${text}`

/** Without what packets and time put into sets. */
function comparable(listing: string | null): string | undefined {
  return listing
    ?.replaceAll(/^\t(?:set|map) [^\n]*\n(?:\t\t[^\n]*\n)*?\t\}$/gm, set =>
      /^\t\tflags [^\n]*\b(?:dynamic|timeout)\b/m.test(set)
        ? set.replace(/^\t\telements = \{[^}]*\}\n/m, '')
        : set,
    )
    .trim()
}
