import type { Command, Query } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import type { Section } from './sections.ts'
import { section, sectionsOf } from './sections.ts'

/** A table of nft, and the file that makes it. */
export interface WantedTable {
  readonly family: string
  readonly table: string
  /** Null: nothing is to be compared. */
  readonly text: string | null
}

export interface FoundTable {
  /** As nft lists it, without counters; null: there is none. */
  readonly live: string | null
  /** The wanted one in the same words. */
  readonly wanted: string | null
}

/**
 * Tables of a host, and what is wanted of them in the words of its own nft: it loads each in a network namespace that is
 * gone afterwards. One command for any number. To a table of which nothing can be told it answers why not.
 */
export const nftTables: Query<WantedTable, FoundTable | CheckFailed> = {
  name: 'nft list',
  command: wanted => read`export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"\n${wanted.map(lookAt)}`,
  parse({ stdout }, wanted) {
    const sections = sectionsOf(stdout)
    return wanted.map(({ family, table, text }, i) => {
      const live = sections.get(`live ${i}`)
      const said = live?.text ?? ''
      if (live?.code !== 0 && !/No such file or directory/.test(said)) return silent(live)
      const found = live?.code === 0 ? said : null
      if (text === null) return { live: found, wanted: null }
      const made = sections.get(`made ${i}`)
      const tried = sections.get(`tried ${i}`)
      if (!tried) return alone(sections.get(`alone ${i}`))
      if (!made) return refused(table, tried)
      const tables = sections.get(`tables ${i}`)?.text ?? ''
      if (tables !== `table ${family} ${table}`) return beyond(table, tables)
      return { live: found, wanted: made.text }
    })
  },
}

function lookAt({ family, table, text }: WantedTable, i: number): Command<'read'> {
  const list = read`nft -s list table ${family} ${table}`
  const live = read`live=$(${list} 2>&1)
${section(`live ${i}`, read`"$?"`)}printf '%s\\n' "$live"\n`
  if (text === null) return live
  const inside = read`said=$(nft -f - 2>&1)
code=$?
${section(`tried ${i}`, read`"$code"`)}printf '%s\\n' "$said"
[ "$code" = 0 ] || exit 0
${section(`tables ${i}`)}nft list tables
${section(`made ${i}`)}${list}`
  return read`${live}${section(`alone ${i}`)}printf '%s' ${text} | unshare -n sh -c ${inside.script} 2>&1\n`
}

function silent(live: Section | undefined): CheckFailed {
  const said = live?.text.split('\n')[0] ?? ''
  const hint =
    live?.code === 127
      ? "Put packages({ names: ['nftables'] }) before it."
      : /permitted/.test(said)
        ? 'Set become: true on the task, the play or the host.'
        : undefined
  return new CheckFailed(`nft of this host does not answer: ${said || 'it says nothing'}`, { hint })
}

const alone = (section: Section | undefined): CheckFailed =>
  new CheckFailed(
    `the table cannot be tried in a network namespace: ${section?.text.split('\n')[0] ?? 'no answer'}`,
    {
      hint: 'It takes root and unshare(1); a container needs CAP_SYS_ADMIN as well as CAP_NET_ADMIN.',
    },
  )

/** It tells line and column of the whole file, and shows the place. */
const refused = (table: string, { text }: Section): CheckFailed =>
  new CheckFailed(`the table ${table} is refused by nft of this host:\n${text}`, {
    hint: 'Interfaces that come and go are matched by name: iifname and oifname, not iif and oif.',
  })

const beyond = (table: string, tables: string): CheckFailed =>
  new CheckFailed(`the content of the table ${table} makes other tables: ${tables.split('\n').join(', ')}`, {
    hint: 'Give only what is inside the braces of the table.',
  })
