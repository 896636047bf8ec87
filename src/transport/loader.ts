import { quote } from '../model/quote.ts'

/**
 * What a far `sh -c` does first: it reads one line and becomes what stands in it. It takes that line byte by byte and
 * reads no script from its input, so whatever follows may be sent at once (a plain `sh` would swallow it). A line that
 * is not ours, as after a startup file that has eaten ours, is never run.
 */
export const AWAIT = 'IFS= read -r x; case $x in rampart=*) eval "$x"; esac'

/**
 * The one command that a login shell is given. It says the same in sh, bash, dash, ash, zsh, ksh, csh, tcsh and fish:
 * no newline, no backslash, no `!`. All else, and every secret, comes on standard input.
 * Tests give another sh than the machine's own.
 */
export function loader(sh = '/bin/sh'): string {
  return `exec ${sh} -c ${quote(AWAIT)}`
}

/** {@link loader} for the machine's own `/bin/sh`. */
export const LOADER: string = loader()

/** Ends a list of shell statements that must stand on one line. */
const line = (...statements: readonly string[]): string => `rampart=; ${statements.join('; ')}\n`

/**
 * What every line for {@link AWAIT} starts with. The names are unset before they are set, as one that came exported
 * from the environment would carry our text into the environment of every child.
 */
const clean = [
  'set +aCefuvx',
  'unset x rampart __c __m __n __p __s __x',
  'LC_ALL=C',
  'export LC_ALL',
] as const

/** A line for {@link AWAIT}: these statements, in the C locale and with nothing of ours exported. */
export function program(...statements: readonly string[]): string {
  return line(...clean, ...statements)
}

/**
 * Closes the descriptor that is the long-lived shell's own: what it holds, such as a lock, nobody else is to keep. Done
 * in each subshell, as the ones that feed a script and wait for it may outlive the shell.
 */
export const OWN_CLOSED = 'exec 9>&-'

/** What {@link driver} reads a payload in: bounds its memory, whatever the payload's size. */
export const BLOCK = 65_536

/**
 * The line that makes the far sh take frames. The nonce is in it, so it must never be an argument: a local user who
 * knew the nonce could name a file so that its listing looked like the end of a script.
 *
 * - `__r ID` marks the end of a script on both streams; its first `$?` is the script's.
 * - `__t K R` takes K blocks and R bytes, and the newline that says that they were all, to its output. If less came, or
 *   its reader was killed, the stream is of no more use: it kills the script before that could take the early end of
 *   its input for the true one, and the shell with it.
 * - A frame is a length, a newline, a text that ends in the nonce; one that came in part is not begun.
 */
export function driver(nonce: string): string {
  return program(
    'unset BASH_ENV CDPATH ENV GREP_OPTIONS HISTFILE IFS POSIXLY_CORRECT',
    'umask 022',
    `PATH=\${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin`,
    'export PATH',
    'cd ~ 2>/dev/null || cd /',
    'unset OLDPWD',
    'command -v dd >/dev/null || { echo "rampart: there is no dd on this machine" >&2; exit 127; }',
    `__r() { printf "${nonce} %d %d\\n" $1 $? && printf "${nonce} %d 0\\n" $1 >&2 || exit 1; }`,
    '__k() { for __p; do [ "$__p" = "$__m" ] || { kill -STOP $__p; __c=; read -r __c </proc/$__p/task/$__p/children; kill -KILL $__p; __k $__c; }; done; }',
    `__t() { ${OWN_CLOSED}; { { [ $1 = 0 ] || dd bs=${BLOCK} count=$1 iflag=fullblock; } && { [ $2 = 0 ] || dd bs=$2 count=1 iflag=fullblock; } && read -r __x; } 2>/dev/null || { read -r __m __x </proc/self/stat; __k $$; } 2>/dev/null; }`,
    ':',
    '__r 0',
    `while IFS= read -r __n; do __s=$(dd bs=$__n count=1 iflag=fullblock 2>/dev/null); case $__s in *${nonce}) eval "$__s";; *) exit 1;; esac; done`,
  )
}
