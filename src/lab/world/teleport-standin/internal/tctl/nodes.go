package tctl

import (
	"fmt"
	"strings"

	"teleport-standin/internal/cli"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

var nodeListFlags = []cli.Flag{
	{Name: "format", Short: "f", Default: "text"}, {Name: "search"}, {Name: "query"}, {Name: "verbose", Short: "v", Switch: true},
	{Name: "namespace"},
}

func nodeList(given *cli.Given, auth *client) error {
	format := given.Text("format")
	if format != "text" && format != "json" && format != "yaml" {
		return fmt.Errorf("Invalid format %s, only text, json and yaml are supported", format)
	}
	if given.Has("query") {
		return fmt.Errorf("the stand-in does not play --query; use labels (key=value) or --search")
	}
	if err := given.None(1); err != nil {
		return err
	}
	wanted, err := parsePairs(strings.Join(given.Args, ","))
	if err != nil {
		return err
	}
	var found, all []*resource.Resource
	if err := auth.call("Get", wire.Ref{Kind: resource.Node}, &found); err != nil {
		return err
	}
	for _, one := range found {
		if matches(wanted, labelsOf(one)) && sought(one, words(given.All("search"))) {
			all = append(all, one)
		}
	}
	if format != "text" {
		return show(all, format)
	}
	rows := [][]string{}
	for _, one := range all {
		rows = append(rows, []string{spec(one, "hostname"), one.Metadata.Name, address(one), pairs(labelsOf(one)), spec(one, "version")})
	}
	fmt.Print(table([]string{"Host", "UUID", "Public Address", "Labels", "Version"}, rows))
	return nil
}

func spec(one *resource.Resource, key string) string {
	value, _ := one.Spec[key].(string)
	return value
}

func address(one *resource.Resource) string {
	if one.Spec["use_tunnel"] == true {
		return "⟵ Tunnel"
	}
	return spec(one, "addr")
}

// labelsOf are the labels from the file and those from commands.
func labelsOf(one *resource.Resource) map[string]string {
	all := map[string]string{}
	for key, value := range one.Metadata.Labels {
		all[key] = value
	}
	commands, _ := one.Spec["cmd_labels"].(map[string]interface{})
	for key, command := range commands {
		if fields, ok := command.(map[string]interface{}); ok {
			all[key] = fmt.Sprint(fields["result"])
		}
	}
	return all
}

func sought(one *resource.Resource, keywords []string) bool {
	text := strings.ToLower(one.Metadata.Name + " " + spec(one, "hostname") + " " + pairs(labelsOf(one)))
	for _, word := range keywords {
		if !strings.Contains(text, strings.ToLower(word)) {
			return false
		}
	}
	return true
}
