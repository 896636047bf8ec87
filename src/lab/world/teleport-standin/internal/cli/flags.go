package cli

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// Flag is one flag of a command.
type Flag struct {
	// Name is the long name, without dashes; Short is its letter or empty.
	Name, Short string
	// Switch takes no value; --no-NAME is its opposite.
	Switch bool
	// Default is the value of a flag that is not given.
	Default string
	// OneOf are the values it takes; any where empty.
	OneOf []string
	// Required flags must be given.
	Required bool
	// File flags must name something that exists.
	File bool
}

// Given is what a command line gave.
type Given struct {
	values map[string][]string
	flags  []Flag
	// Args are the words that are no flags.
	Args []string
}

// Parse reads flags, before, between and after other words; -- ends them.
func Parse(args []string, flags []Flag) (*Given, error) {
	given := &Given{values: map[string][]string{}, flags: flags}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			given.Args = append(given.Args, args...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			given.Args = append(given.Args, arg)
			continue
		}
		rest, err := given.take(arg, args)
		if err != nil {
			return nil, err
		}
		args = rest
	}
	return given, given.check()
}

// take reads one flag and answers what is left of the line.
func (g *Given) take(arg string, rest []string) ([]string, error) {
	name, value, inline := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	long := strings.HasPrefix(arg, "--")
	if !long && len(name) > 1 {
		name, value, inline = name[:1], strings.TrimPrefix(arg[2:], "="), true
	}
	flag, on := g.find(name, long)
	if flag == nil {
		return nil, fmt.Errorf("unknown %s flag '%s'", map[bool]string{true: "long", false: "short"}[long], arg)
	}
	switch {
	case flag.Switch && inline && long:
		on = value == "true"
	case flag.Switch && inline:
		// Letters in one word: -dc.
		rest = append([]string{"-" + value}, rest...)
	case !flag.Switch && !inline && len(rest) == 0:
		return nil, fmt.Errorf("expected argument for flag '%s'", arg)
	case !flag.Switch && !inline:
		value, rest = rest[0], rest[1:]
	}
	if flag.Switch {
		value = fmt.Sprint(on)
	}
	g.values[flag.Name] = append(g.values[flag.Name], value)
	return rest, nil
}

func (g *Given) find(name string, long bool) (*Flag, bool) {
	for i := range g.flags {
		flag := &g.flags[i]
		switch {
		case long && flag.Name == name, !long && flag.Short == name:
			return flag, true
		case long && flag.Switch && "no-"+flag.Name == name:
			return flag, false
		}
	}
	return nil, false
}

func (g *Given) check() error {
	for _, flag := range g.flags {
		if flag.Required && !g.Has(flag.Name) {
			return fmt.Errorf("required flag --%s not provided", flag.Name)
		}
		for _, value := range g.values[flag.Name] {
			if len(flag.OneOf) > 0 && !contains(flag.OneOf, value) {
				return fmt.Errorf("enum value must be one of %s, got '%s'", strings.Join(flag.OneOf, ","), value)
			}
			if _, err := os.Stat(value); flag.File && err != nil {
				return fmt.Errorf("path '%s' does not exist", value)
			}
		}
	}
	return nil
}

// Has says whether a flag was given.
func (g *Given) Has(name string) bool { return len(g.values[name]) > 0 }

// On says whether a switch is on.
func (g *Given) On(name string) bool { return g.Text(name) == "true" }

// All are the values of a flag that may be given several times.
func (g *Given) All(name string) []string { return g.values[name] }

// Text is the last value of a flag, or its default.
func (g *Given) Text(name string) string {
	if all := g.values[name]; len(all) > 0 {
		return all[len(all)-1]
	}
	for _, flag := range g.flags {
		if flag.Name == name {
			return flag.Default
		}
	}
	return ""
}

// Duration is a flag in Go's notation.
func (g *Given) Duration(name string) (time.Duration, error) { return time.ParseDuration(g.Text(name)) }

// One is the one word that a command takes besides its flags; what names it in errors.
func (g *Given) One(what string) (string, error) {
	if len(g.Args) == 0 {
		return "", fmt.Errorf("required argument '%s' not provided", what)
	}
	return g.Args[0], g.None(1)
}

// None refuses words beyond the first so many.
func (g *Given) None(after int) error {
	if len(g.Args) > after {
		return fmt.Errorf("unexpected %s", g.Args[after])
	}
	return nil
}

func contains(words []string, word string) bool {
	for _, one := range words {
		if one == word {
			return true
		}
	}
	return false
}
