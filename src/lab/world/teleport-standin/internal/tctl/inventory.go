package tctl

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"teleport-standin/internal/cli"
	"teleport-standin/internal/wire"
)

var instanceFlags = []cli.Flag{
	{Name: "older-than"}, {Name: "newer-than"}, {Name: "exact-version"}, {Name: "services"}, {Name: "upgrader"}, {Name: "update-group"},
	{Name: "format", Default: "text", OneOf: []string{"text", "json"}},
}

func instanceList(given *cli.Given, auth *client) error {
	for _, flag := range []string{"older-than", "newer-than", "services", "update-group"} {
		if given.Has(flag) {
			return fmt.Errorf("the stand-in does not play --%s of `tctl inventory ls`", flag)
		}
	}
	var found []wire.Instance
	if err := auth.call("Instances", struct{}{}, &found); err != nil {
		return err
	}
	all := []wire.Instance{}
	for _, one := range found {
		exact := strings.TrimPrefix(given.Text("exact-version"), "v")
		if upgrader := given.Text("upgrader"); upgrader != "" && upgrader != "none" || exact != "" && exact != one.Version {
			continue
		}
		all = append(all, one)
	}
	if given.Text("format") == "json" {
		return instanceJSON(all)
	}
	rows := [][]string{}
	for _, one := range all {
		rows = append(rows, []string{one.ServerID, one.Hostname, strings.Join(one.Services, ","), "v" + one.Version, "none", "none", ""})
	}
	heads := []string{"Server ID", "Hostname", "Services", "Agent Version", "Upgrader", "Upgrader Version", "Update Group"}
	fmt.Print(table(heads, rows))
	return nil
}

func instanceJSON(all []wire.Instance) error {
	shown := []interface{}{}
	for _, one := range all {
		shown = append(shown, map[string]interface{}{
			"kind": "instance", "version": "v1", "metadata": map[string]string{"name": one.ServerID},
			"spec": map[string]interface{}{
				"version": "v" + one.Version, "services": one.Services, "hostname": one.Hostname,
				"last_seen": time.Now().UTC().Format(time.RFC3339Nano),
			},
		})
	}
	text, err := json.MarshalIndent(shown, "", "    ")
	fmt.Fprintln(os.Stdout, string(text))
	return err
}

var instanceStatusFlags = []cli.Flag{
	{Name: "connected", Switch: true}, {Name: "format", Default: "text", OneOf: []string{"text"}},
}

func instanceStatus(_ *cli.Given, auth *client) error {
	var all []wire.Instance
	if err := auth.call("Instances", struct{}{}, &all); err != nil {
		return err
	}
	rows := [][]string{}
	for _, one := range all {
		rows = append(rows, []string{one.ServerID, strings.Join(one.Services, ","), "v" + one.Version, "none"})
	}
	fmt.Print(table([]string{"Server ID", "Services", "Version", "Upgrader"}, rows))
	return nil
}

func instancePing(given *cli.Given, auth *client) error {
	id, err := given.One("server-id")
	if err != nil {
		return err
	}
	var took time.Duration
	if err := auth.call("PingInstance", id, &took); err != nil {
		return err
	}
	fmt.Printf("Successfully pinged server %q (~%s).\n", id, took)
	return nil
}

func showStatus(given *cli.Given, auth *client) error {
	if err := given.None(0); err != nil {
		return err
	}
	var status wire.Status
	if err := auth.call("Status", struct{}{}, &status); err != nil {
		return err
	}
	rows := [][]string{{"Cluster", status.ClusterName}, {"Version", status.ServerVersion}}
	for _, authority := range []string{"host", "user", "db", "openssh", "jwt", "saml_idp"} {
		rows = append(rows, []string{authority + " CA", "never updated"})
	}
	for _, pin := range status.Pins {
		rows = append(rows, []string{"CA pin", pin})
	}
	fmt.Print(table(nil, rows))
	return nil
}
