/**
 * A table of nftables of ours, `FAMILY:NAME`: nobody else's rules are in it, so it goes and comes as a whole, in one
 * transaction (nft(8)). What packets and time put into its sets is no part of how it was.
 */
export const TABLES = String.raw`
list_table() { if command -v nft >/dev/null; then nft -s list table $(echo "$1" | tr : ' ') 2>/dev/null; fi; }
show_table() {
  [ -z "$BOOT" ] || return 0
  list_table "$1" | awk '
    /^\t(set|map) / { inside = 1; lives = 0; held = ""; text = "" }
    !inside { print; next }
    { text = text $0 "\n" }
    /^\t\tflags .*(dynamic|timeout)/ { lives = 1 }
    /^\t\telements = / { listing = 1 }
    !listing { held = held $0 "\n" }
    listing && /\}/ { listing = 0 }
    /^\t\}/ { printf "%s", lives ? held : text; inside = 0 }
  '
}
keep_table() { list_table "$2" >"$1.was" || : >"$1.was"; }
still_table() { :; }
prepare_table() { :; }
undo_table() {
  [ -z "$BOOT" ] || return 0
  if [ ! -s "$1.was" ] && [ -z "$(list_table "$2")" ]; then return 0; fi
  lead_there "$1" "$2" | nft -f -
}
finish_table() { :; }
# A table is made to be deleted, so that it need not be there.
lead_there() { for word in table 'delete table'; do echo "$word $(echo "$2" | tr : ' ')"; done; cat "$1.was"; }
# Would the host take what leads back? Tried where it harms nobody.
check_table() {
  if [ ! -s "$1.was" ] || ! command -v unshare >/dev/null; then return 0; fi
  lead_there "$1" "$2" | unshare -n nft -f -
}
`
