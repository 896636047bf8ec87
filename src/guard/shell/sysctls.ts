/** A kernel setting, as sysctl(8) names it. During a boot it is set anew from files, and those have been undone. */
export const SYSCTLS = String.raw`
show_sysctl() { [ -n "$BOOT" ] || sysctl -n -- "$1" 2>/dev/null || echo none; }
keep_sysctl() { :; }
still_sysctl() { :; }
prepare_sysctl() { :; }
undo_sysctl() { [ -n "$BOOT" ] || [ "$(cat "$1.shown")" = none ] || sysctl -q -w -- "$2=$(cat "$1.shown")"; }
finish_sysctl() { :; }
check_sysctl() { :; }
`
