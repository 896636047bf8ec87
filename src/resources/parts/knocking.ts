import type { Command } from '../../index.ts'
import { read } from '../../index.ts'

/** A port of tcp, as a host sees it. */
export interface Port {
  /** A name or an address. */
  readonly host: string
  readonly port: number
}

/**
 * Defines `knock HOST PORT SECONDS` for a script: it prints `open`, or on one line why not. It takes bash, whose
 * /dev/tcp it is (bash(1), REDIRECTION), or some nc; the busybox one knows no -z.
 */
export const KNOCK: Command<'read'> = read`knock() {
if command -v bash >/dev/null; then set -- "$3" bash -c ': <>"/dev/tcp/$0/$1"' "$1" "$2"
elif ! command -v nc >/dev/null; then echo 'neither bash nor nc'; return
else case $(nc --help 2>&1) in
*BusyBox*) set -- "$3" nc -w "$3" "$1" "$2" -e true ;;
*) set -- "$3" nc -z -w "$3" "$1" "$2" ;;
esac; fi
said=$(LC_ALL=C timeout "$@" 2>&1 </dev/null); code=$?
if [ "$code" = 0 ]; then echo open; elif [ "$code" -ge 124 ]; then echo 'no answer'
else said=$(printf '%s\\n' "$said" | sed -n '1s/.*: //p'); echo "\${said:-no connection}"; fi
}\n`

/** Prints what a knock says. */
export function knockOn({ host, port }: Port, seconds: number): Command<'read'> {
  return read`knock ${host} ${port} ${seconds}`
}
