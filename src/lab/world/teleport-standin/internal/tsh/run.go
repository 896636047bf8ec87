// Package tsh is the program `tsh`. Nobody can log in to the stand-in, so little is left of it.
package tsh

import (
	"fmt"

	"teleport-standin/internal/build"
	"teleport-standin/internal/cli"
)

// Run runs one command and answers the exit code.
func Run(args []string) int {
	if len(args) == 0 {
		fmt.Println("usage: tsh [<flags>] <command> [<args> ...]\n\nThe Teleport stand-in plays: version, status, logout")
		return 0
	}
	switch args[0] {
	case "version":
		fmt.Println(build.Text())
		return 0
	case "status":
		return cli.Fatal(fmt.Errorf("Not logged in."))
	case "logout":
		fmt.Println("All users logged out.")
		return 0
	}
	return cli.Fatal(fmt.Errorf("the stand-in does not play `tsh %s`: it has no logins and no sessions", args[0]))
}
