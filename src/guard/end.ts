import { quote } from '../model/quote.ts'
import type { TransactionReport, TransactionState } from './transaction.ts'
import { folderOf, ROOM } from './transaction.ts'

/** Where a transaction is; `untouched` if there was nothing to roll back, `gone` if the host does not know it. */
export type Told = TransactionState | 'untouched' | 'gone'

/**
 * Confirms a transaction, in the shell of a fresh login: the rename decides the race with the undo. May be said twice.
 * Answers as `told` reads it.
 */
export const confirming = (txid: string): string => `${at(txid)}
if mv state.pending state.confirmed 2>/dev/null; then
  sync -f . 2>/dev/null || sync
  systemctl stop ${`rampart-rb-${txid}.timer`} 2>/dev/null
fi
${TELL}`

/** Says where a transaction is. */
export const asking = (txid: string): string => `${at(txid)}\n${TELL}`

/** Undoes a transaction now, and waits a minute at most for its end. May be said twice. */
export const undoing = (txid: string, reason: string): string => `${at(txid)}
if [ -e state.pending ]; then
  [ -s reason ] || printf '%s\\n' ${quote(reason.replaceAll('\n', ' '))} >reason
  systemctl start ${`rampart-rb-${txid}.service`} 2>/dev/null || { sh ${ROOM}/undo.sh ${txid} </dev/null >/dev/null 2>&1 & }
elif [ -e state.rollback-failed ]; then
  sh ${ROOM}/undo.sh ${txid} </dev/null >/dev/null 2>&1 &
  sleep 1
fi
n=0
while [ -e state.pending ] || [ -e state.rolling-back ]; do
  n=$((n + 1)); [ "$n" -le 60 ] || break
  sleep 1
done
${TELL}`

/** Accepts a change whose undo failed as it stands, for a person who has seen to it. */
export const accepting = (txid: string): string => `${at(txid)}
mv state.rollback-failed state.confirmed 2>/dev/null
${TELL}`

/** Notes that people have been told of these. */
export const noteTold = (txids: readonly string[]): string =>
  `for one in ${txids.map(quote).join(' ')}; do : >"${ROOM}/txn/$one/told"; done`

/** Lists all transactions of a host, as `readReports` reads them. */
export const LISTING = `cd ${ROOM}/txn 2>/dev/null || exit 0
read -r up _ </proc/uptime
for state in */state.*; do
  [ -e "$state" ] || continue
  tx=$(dirname "$state") left=0 told=
  if [ -e "$tx/state.pending" ]; then
    read -r armed within <"$tx/armed"
    left=$(awk -v armed="$armed" -v within="$within" -v up="$up" 'BEGIN { left = within - (up - armed); print (left > 0 ? int(left) : 0) }')
  fi
  [ ! -e "$tx/told" ] && [ ! -e "$tx/untouched" ] || told=told
  printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$tx" "$state" "$left" "$told" "$(cat "$tx/owner")" "$(cat "$tx/task")" "$(cat "$tx/reason" 2>/dev/null)"
done`

export function readReports(listing: string): readonly TransactionReport[] {
  return listing.split('\n').flatMap(line => {
    const [txid, state, left, told, owner, task, reason] = line.split('\t')
    if (txid === undefined || state === undefined || owner === undefined || task === undefined) return []
    const name = state.slice(state.indexOf('/state.') + '/state.'.length)
    return [
      {
        txid,
        state: name as TransactionState,
        left: Number(left),
        told: told === 'told',
        owner,
        task,
        reason: reason ?? '',
      },
    ]
  })
}

/** What the host said of a transaction; undefined if that is no answer. */
export function told(output: string): Told | undefined {
  const word = output.trim().split('\n').at(-1)
  return STATES.find(state => state === word)
}

const STATES: readonly Told[] = [
  'pending',
  'rolling-back',
  'confirmed',
  'rolled-back',
  'rollback-failed',
  'untouched',
  'gone',
]

const at = (txid: string): string => `cd ${quote(folderOf(txid))} 2>/dev/null || { echo gone; exit 0; }`

const TELL = `[ ! -e state.rolled-back ] || [ ! -e untouched ] || { echo untouched; exit 0; }
for state in state.*; do [ ! -e "$state" ] || echo "$state" | sed 's/^state[.]//'; done`
