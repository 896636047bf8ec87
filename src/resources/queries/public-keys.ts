import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { wordsQuery } from './words.ts'

/** The fingerprints of the keys in a file, sorted; null if there is no regular file. */
export const fingerprintsOf: Query<string, readonly string[] | null> = wordsQuery<readonly string[] | null>({
  name: 'fingerprints',
  command: paths => read`${PUBLIC_KEYS}
for f in ${paths}; do
if [ -f "$f" ]; then dearmored "$f" | fingerprints; else echo none; fi; echo .
done`,
  parse: ({ stdout }, paths) => {
    const parts = stdout.split('.\n')
    return paths.map((_, i) => (parts[i] === 'none\n' ? null : fingerprintsIn(parts[i] ?? '')))
  },
})

/** The fingerprints of the keys that rpm trusts, sorted; null on a host without rpm. */
export const rpmKeys: Query<'', readonly string[] | null> = {
  name: 'rpm keys',
  command: () => read`command -v rpm >/dev/null || { echo none; exit; }
${PUBLIC_KEYS}
rpm -q gpg-pubkey --qf ${'%{DESCRIPTION}\n'} 2>/dev/null | unarmored | fingerprints`,
  parse: ({ stdout }, keys) => keys.map(() => (stdout === 'none\n' ? null : fingerprintsIn(stdout))),
}

/** One on each line, as `fingerprints` prints them; what is broken cannot be wanted. */
const fingerprintsIn = (lines: string): readonly string[] =>
  [...new Set(lines.split('\n').filter(line => line !== ''))].sort()

/**
 * OpenPGP for sh, as not every host has gpg, and gpg would write to its user's home. `dearmored FILE` prints keys in
 * binary, `armor FILE` only the armored blocks of a file and nothing around them, and `fingerprints` those of the primary
 * keys on its stdin (RFC 9580, 4.2 and 5.5.4), or `broken` where it does not understand all of it.
 */
export const PUBLIC_KEYS = read`armor() { tr -d '\\r' <"$1" | awk '
/^-----BEGIN PGP PUBLIC KEY BLOCK-----$/ { at = 1; print; print ""; next }
/^-----END PGP PUBLIC KEY BLOCK-----$/ { if (at) print; at = 0; next }
at == 1 { if ($0 == "") at = 2; next }
at == 2 && /^[A-Za-z0-9+\\/=]+$/'; }
unarmored() { awk '
/^-----BEGIN PGP PUBLIC KEY BLOCK-----/ { at = 1; key = ""; next }
/^-----END/ { if (at) print key; at = 0; next }
at == 1 { if ($0 == "") at = 2; next }
at == 2 && !/^=/ { key = key $0 }' | while IFS= read -r key; do printf '%s' "$key" | base64 -d 2>/dev/null; done; }
isarmored() { LC_ALL=C grep -q '^-----BEGIN PGP PUBLIC KEY BLOCK-----' "$1"; }
dearmored() { if isarmored "$1"; then armor "$1" | unarmored; else cat -- "$1"; fi; }
fingerprints() { od -An -v -tx1 | tr -d ' \\n' | awk '
function number(text, i, n) { n = 0; for (i = 1; i <= length(text); i++) n = 16 * n + index("0123456789abcdef", substr(text, i, 1)) - 1; return n }
function take(bytes, part) { part = substr(all, at, 2 * bytes); at += 2 * bytes; return part }
function told(part, i, text) { text = ""; for (i = 1; i < length(part); i += 2) text = text "\\\\0" sprintf("%03o", number(substr(part, i, 2))); return text }
function broken() { print "broken"; exit }
{ all = $0 }
END { for (at = 1; at <= length(all); ) {
head = number(take(1)); if (head < 128) broken()
if (head >= 192) { tag = head - 192; size = number(take(1))
if (size == 255) size = number(take(4)); else if (size >= 224) broken(); else if (size >= 192) size = (size - 192) * 256 + number(take(1)) + 192
} else { tag = int((head - 128) / 4); if (head % 4 == 3) broken(); size = number(take(substr("124", head % 4 + 1, 1))) }
if (at + 2 * size > length(all) + 1) broken()
body = take(size); if (tag != 6) continue
version = substr(body, 1, 2)
if (version == "04") print "sha1sum", told("99" sprintf("%04x", size) body)
else if (version == "05") print "sha256sum", told("9a" sprintf("%08x", size) body)
else if (version == "06") print "sha256sum", told("9b" sprintf("%08x", size) body)
else broken() } }' | while read -r sum key; do
if [ "$sum" = broken ]; then echo broken; else printf '%b' "$key" | $sum | cut -d ' ' -f 1 | tr a-f A-F; fi; done; }
`
