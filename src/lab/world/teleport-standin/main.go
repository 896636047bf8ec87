// Command teleport-standin plays `teleport`, `tctl` and `tsh`, by the name it is called with, as busybox does. It refuses what
// the real programs refuse and prints what they print, so that a lab without them can try roles that use them. See README.md.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"teleport-standin/internal/tctl"
	"teleport-standin/internal/teleport"
	"teleport-standin/internal/tsh"
)

var programs = map[string]func(args []string) int{
	"teleport": teleport.Run,
	"tctl":     tctl.Run,
	"tsh":      tsh.Run,
}

func main() {
	args := append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...)
	if programs[args[0]] == nil && len(args) > 1 {
		args = args[1:]
	}
	run := programs[args[0]]
	if run == nil {
		fmt.Fprintln(os.Stderr, "teleport-standin plays teleport, tctl and tsh: call it by one of these names, or name one first")
		os.Exit(1)
	}
	os.Exit(run(args[1:]))
}
