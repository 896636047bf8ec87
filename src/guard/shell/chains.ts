/**
 * A chain of ours with the jumps into it, `FAMILY:TABLE:CHAIN`. All else in the table is left alone: a restore of a whole
 * table would wipe what Docker and tailscaled have put there since. It is one commit of iptables-restore(8). A chain that
 * was not there is emptied first and removed last, when nothing refers to it any more.
 */
export const CHAINS = String.raw`
part() {
  chain=$(expr "$1" : '.*:\(.*\)') table=$(expr "$1" : '.*:\(.*\):')
  case $1 in v6:*) ipt=ip6tables ;; *) ipt=iptables ;; esac
}
dump() { if command -v "$ipt-save" >/dev/null; then "$ipt-save" -t "$table"; fi; }
show_chain() {
  [ -z "$BOOT" ] || return 0
  part "$1"
  _all=$(dump) || return
  printf '%s\n' "$_all" | grep -E -- "^:$chain |^-A $chain( |\$)| -[jg] $chain\$" | sed 's/ \[[0-9]*:[0-9]*\]$//' | sort -s -k 2,2
}
keep_chain() { part "$2"; dump >"$1.was" && places <"$1.was" >"$1.places"; }
# Rules of others may come before a jump at any time; so its place tells only whether there is something to undo.
still_chain() {
  [ -z "$BOOT" ] || return 0
  part "$2"
  dump | places | cmp -s - "$1.places"
}
places() {
  CHAIN=$chain awk '$1 == "-A" { n[$2]++; if ($2 != ENVIRON["CHAIN"] && $NF == ENVIRON["CHAIN"] && $(NF - 1) ~ /^-[jg]$/) print $2, n[$2] }' | sort
}
had_chain() { grep -q -- "^:$chain " "$1.was"; }
prepare_chain() {
  [ -z "$BOOT" ] || return 0
  part "$2"
  if had_chain "$1"; then "$ipt" -w 10 -t "$table" -N "$chain" 2>/dev/null; fi
  return 0
}
undo_chain() {
  [ -z "$BOOT" ] || return 0
  part "$2"
  dump >"$1.now" || return
  lead_back "$1" >"$1.way" && "$ipt-restore" --noflush -w 10 <"$1.way"
}
finish_chain() {
  [ -z "$BOOT" ] || return 0
  part "$2"
  if had_chain "$1" || ! dump | grep -q -- "^:$chain "; then return 0; fi
  "$ipt" -w 10 -t "$table" -X "$chain"
}
# The jumps of now go, the chain is as it was, and the jumps of then come where they stood.
lead_back() {
  CHAIN=$chain TABLE=$table awk '
    function jumps() { return $0 ~ (" -[jg] " chain "$") && $2 != chain }
    BEGIN { chain = ENVIRON["CHAIN"]; print "*" ENVIRON["TABLE"] }
    $1 == ":" chain { known = 1 }
    $1 != "-A" { next }
    pass == 1 && jumps() { sub(/^-A/, "-D"); print; next }
    pass == 1 { stand[$2]++; next }
    $2 == chain { rules = rules $0 "\n"; next }
    { place[$2]++ }
    jumps() { at = place[$2]; if (at > stand[$2] + 1) at = stand[$2] + 1; stand[$2]++
      parent = $2; sub(/^-A [^ ]+/, "-I " parent " " at); back = back $0 "\n" }
    END { if (known) print ":" chain " - [0:0]"; printf "%s%sCOMMIT\n", rules, back }
  ' pass=1 "$1.now" pass=2 "$1.was"
}
# Would the host take what leads back? Tried where it harms nobody; foreign chains are there, empty.
check_chain() {
  part "$2"
  if ! had_chain "$1" || ! command -v unshare >/dev/null; then return 0; fi
  CHAIN=$chain awk '/^\*/ || /^COMMIT/ || ($1 == "-A" && $2 == ENVIRON["CHAIN"]) { print } /^:/ { print $1, $2, "[0:0]" }' "$1.was" |
    unshare -n "$ipt-restore"
}
`
