// Package cli is what the three programs have in common on a command line.
package cli

import (
	"errors"
	"fmt"
	"os"
)

// Fatal tells an error as the real programs do, with their colour codes even without a terminal, and answers their exit code.
func Fatal(err error) int {
	var silent Exit
	if errors.As(err, &silent) {
		return int(silent)
	}
	fmt.Fprintf(os.Stderr, "\x1b[31mERROR: \x1b[0m%v\n\n", err)
	return 1
}

// Exit is an exit code whose reason was told already.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }
