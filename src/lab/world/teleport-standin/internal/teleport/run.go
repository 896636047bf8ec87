// Package teleport is the program `teleport`.
package teleport

import (
	"fmt"
	"os"

	"teleport-standin/internal/build"
	"teleport-standin/internal/cli"
	"teleport-standin/internal/config"
)

const usage = `usage: teleport [<flags>] <command> [<args> ...]

The Teleport stand-in plays these commands:
  start              Starts the Teleport service.
  configure --test   Checks a configuration file.
  install systemd    Prints or writes a systemd unit.
  status             Print the status of the current SSH session.
  version            Print the version of your teleport binary.
`

var commands = map[string]func(args []string) error{
	"start": start, "configure": configure, "version": version, "install": install, "status": status,
}

// Run runs one command and answers the exit code.
func Run(args []string) int {
	if len(args) == 0 || args[0] == "--help" || args[0] == "-h" || args[0] == "help" {
		fmt.Print(usage)
		return 0
	}
	command := commands[args[0]]
	if command == nil {
		fmt.Fprint(os.Stderr, usage)
		return cli.Fatal(fmt.Errorf("expected command but got %q", args[0]))
	}
	if err := command(args[1:]); err != nil {
		return cli.Fatal(err)
	}
	return 0
}

func version(args []string) error {
	given, err := cli.Parse(args, []cli.Flag{{Name: "raw", Switch: true}})
	if err != nil {
		return err
	}
	if given.On("raw") {
		fmt.Println(build.Version)
		return nil
	}
	fmt.Println(build.Text())
	return nil
}

func status([]string) error {
	return fmt.Errorf("You are not inside of a Teleport SSH session")
}

// configure checks a file by the first stage alone; the generator of files is not played.
func configure(args []string) error {
	given, err := cli.Parse(args, []cli.Flag{{Name: "test"}})
	if err != nil {
		return err
	}
	if err := given.None(0); err != nil {
		return err
	}
	path := given.Text("test")
	if path == "" {
		return fmt.Errorf("the stand-in plays `teleport configure` only with --test=FILE")
	}
	if _, err := config.ReadFile(path); err != nil {
		fmt.Fprintf(os.Stderr, "FAIL %s\n", path)
		return err
	}
	fmt.Fprintf(os.Stderr, "OK %s\n", path)
	return nil
}
