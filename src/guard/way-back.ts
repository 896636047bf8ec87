import type { Command } from '../model/command.ts'
import type { Touch } from '../model/guard.ts'
import type { Step, Upload } from '../model/plan.ts'
import { isUpload } from '../model/plan.ts'
import { quote } from '../model/quote.ts'
import { ACCOUNTS } from './shell/accounts.ts'
import { CHAINS } from './shell/chains.ts'
import { FILES } from './shell/files.ts'
import { SYSCTLS } from './shell/sysctls.ts'
import { TABLES } from './shell/tables.ts'
import { UNITS } from './shell/units.ts'
import type { Transaction } from './transaction.ts'
import { folderOf } from './transaction.ts'

/** In this order things are undone: what refers to another comes after it. */
const ORDER = ['file', 'sysctl', 'group', 'user', 'unit', 'chain', 'table'] as const

/**
 * The program in a transaction's folder that leads back, with `save` before the change and `undo` after it. `save` also
 * proves that it can be done: what was kept is held against the host, and the programs that will have to take it are asked.
 * Exits with 0 if all of it succeeded, and says on standard error what did not. Where all is as it was `undo` does nothing,
 * and leaves the file `untouched`.
 */
export function wayBack({
  touches,
  undo = [] as readonly Step[],
}: Pick<Transaction, 'touches' | 'undo'>): string {
  const things = [...touches].map(thingOf).sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  const plan = things.map(({ kind, name }, i) => `  each "$1" ${kind} t${i} ${quote(name)}`)
  const steps = undo.map((step, i) => `  ${isUpload(step) ? put(step, i) : execute(step, i)}`)
  return [
    HEAD,
    `own=${undo.length > 0 ? 'yes' : 'no'}`,
    FILES,
    SYSCTLS,
    ACCOUNTS,
    UNITS,
    CHAINS,
    TABLES,
    block('plan', plan),
    block('steps', steps),
    MAIN,
  ].join('\n')
}

/** What the undo steps read: it is put beside the program that leads back. */
export function wayBackInputs({ txid, undo = [] }: Pick<Transaction, 'txid' | 'undo'>): readonly Upload[] {
  return undo.flatMap((step, i) => {
    const content = isUpload(step) ? step.content : step.stdin
    return content === undefined ? [] : [{ path: `${folderOf(txid)}/s${i}.in`, content, mode: '0600' }]
  })
}

const HEAD = String.raw`#!/bin/sh
# Leads back from the guarded change of rampart in whose folder it lies: sh way-back.sh save|undo
LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
cd "$(dirname "$0")" || exit
bad=0 reread= shown=shown
# While the host starts, nothing runs yet and no table is filled.
[ -z "$BOOT" ] || shown=boot
each() {
  case $1 in
    save) "show_$2" "$4" >"$3.shown" && ( BOOT=1; "show_$2" "$4" ) >"$3.boot" && "keep_$2" "$3" "$4" ;;
    same) "show_$2" "$4" | cmp -s - "$3.$shown" ;;
    *) "$1_$2" "$3" "$4" ;;
  esac || { echo "$1: $2 $4" >&2; bad=1; }
}
`

const MAIN = String.raw`
case $1 in
  save) plan save; [ "$bad" = 1 ] || plan check; [ "$bad" = 1 ] || plan same ;;
  undo)
    if [ "$own" = no ] && [ ! -e begun ] && ( bad=0; plan same; plan still; exit "$bad" ) 2>/dev/null; then : >untouched; exit 0; fi
    : >begun
    steps
    for phase in prepare undo finish; do plan "$phase"; done
    for try in 1 2 3 4 5; do
      ( bad=0; plan same; exit "$bad" ) 2>wrong && break
      sleep 1
    done
    if [ -s wrong ]; then cat wrong >&2; bad=1; fi ;;
esac
exit "$bad"
`

const block = (name: string, lines: readonly string[]): string =>
  `${name}() {\n${['  :', ...lines].join('\n')}\n}`

const execute = ({ script, stdin, ok = [0] }: Command, i: number): string =>
  `sh -c ${quote(script)} <${stdin === undefined ? '/dev/null' : `s${i}.in`}; case " ${ok.join(' ')} " in *" $? "*) ;; *) echo "undo step ${i + 1}" >&2; bad=1 ;; esac`

function put({ path, mode, owner = '', group }: Upload, i: number): string {
  const whose = group === undefined ? owner : `${owner}:${group}`
  const candidate = quote(`${path}.rampart-undo`)
  const own = whose === '' ? '' : ` && chown -- ${quote(whose)} ${candidate}`
  return `{ cp -- s${i}.in ${candidate}${own} && chmod -- ${quote(mode)} ${candidate} && settle ${candidate} && mv -f -- ${candidate} ${quote(path)}; } || { echo "undo step ${i + 1}" >&2; bad=1; }`
}

interface Thing {
  readonly kind: (typeof ORDER)[number]
  readonly name: string
}

function thingOf(touch: Touch): Thing {
  const at = touch.indexOf(':')
  return { kind: touch.slice(0, at) as Thing['kind'], name: touch.slice(at + 1) }
}
