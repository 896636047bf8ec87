// Package tctl is the program `tctl`.
package tctl

import (
	"fmt"
	"os"
	"strings"

	"teleport-standin/internal/build"
	"teleport-standin/internal/cli"
)

const usage = `usage: tctl [<flags>] <command> [<args> ...]

The Teleport stand-in plays these commands:
  status             Report cluster status.
  create             Create or update a Teleport resource from a YAML file.
  get                Print a YAML declaration of various Teleport resources.
  rm                 Delete a resource.
  users add|update|ls|rm|reset
  tokens add|ls|rm
  nodes ls
  inventory ls|status|ping
  version            Print the version of your tctl binary.
`

// globalFlags are taken by every command, before or after its name.
var globalFlags = []cli.Flag{
	{Name: "debug", Short: "d", Switch: true}, {Name: "config", Short: "c", File: true}, {Name: "config-string"},
	{Name: "auth-server"}, {Name: "identity", Short: "i"}, {Name: "insecure", Switch: true},
}

// command is one that the stand-in plays.
type command struct {
	flags []cli.Flag
	run   func(given *cli.Given, auth *client) error
}

var commands = map[string]command{
	"status":           {nil, showStatus},
	"create":           {createFlags, create},
	"get":              {getFlags, get},
	"rm":               {nil, remove},
	"users add":        {userAddFlags, userAdd},
	"users update":     {userUpdateFlags, userUpdate},
	"users ls":         {userListFlags, userList},
	"users rm":         {nil, userRemove},
	"users reset":      {userResetFlags, userReset},
	"tokens add":       {tokenAddFlags, tokenAdd},
	"tokens ls":        {tokenListFlags, tokenList},
	"tokens rm":        {nil, tokenRemove},
	"nodes ls":         {nodeListFlags, nodeList},
	"inventory ls":     {instanceFlags, instanceList},
	"inventory status": {instanceStatusFlags, instanceStatus},
	"inventory ping":   {[]cli.Flag{{Name: "control-log", Switch: true}}, instancePing},
}

var otherNames = map[string]string{
	"users del": "users rm", "tokens del": "tokens rm", "del": "rm", "inventory list": "inventory ls", "users list": "users ls",
	"nodes list": "nodes ls", "tokens list": "tokens ls",
}

// Run runs one command and answers the exit code.
func Run(args []string) int {
	name, rest := nameOf(args)
	switch name {
	case "", "help":
		fmt.Print(usage)
		return 0
	case "version":
		fmt.Println(build.Text())
		return 0
	}
	one, known := commands[name]
	if !known {
		fmt.Fprint(os.Stderr, usage)
		return cli.Fatal(fmt.Errorf("expected command but got %q, or the stand-in does not play it", name))
	}
	if err := one.do(rest); err != nil {
		return cli.Fatal(err)
	}
	return 0
}

func (c command) do(args []string) error {
	given, err := cli.Parse(args, append(append([]cli.Flag{}, globalFlags...), c.flags...))
	if err != nil {
		return err
	}
	auth, err := connect(given)
	if err != nil {
		return err
	}
	defer auth.close()
	return c.run(given, auth)
}

// nameOf finds the command: the first word that is no flag, and the second if the first names a group.
func nameOf(args []string) (string, []string) {
	words, rest := []string{}, []string{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		wanted := len(words) == 0 || len(words) == 1 && group(words[0])
		switch {
		case !strings.HasPrefix(arg, "-") && wanted:
			words = append(words, arg)
		case takesNext(arg) && i+1 < len(args):
			rest = append(rest, arg, args[i+1])
			i++
		default:
			rest = append(rest, arg)
		}
	}
	name := strings.Join(words, " ")
	if other, known := otherNames[name]; known {
		name = other
	}
	if len(words) == 0 && len(rest) > 0 && rest[0] != "--help" && rest[0] != "-h" {
		name = rest[0]
	}
	return name, rest
}

func group(word string) bool {
	return word == "users" || word == "tokens" || word == "nodes" || word == "inventory"
}

// takesNext says whether a global flag before the command takes the word after it.
func takesNext(arg string) bool {
	for _, flag := range globalFlags {
		if !flag.Switch && (arg == "--"+flag.Name || flag.Short != "" && arg == "-"+flag.Short) {
			return true
		}
	}
	return false
}
