package tctl

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"teleport-standin/internal/cli"
	"teleport-standin/internal/config"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

var formats = []string{"text", "json", "yaml"}

var tokenAddFlags = []cli.Flag{
	{Name: "type", Required: true}, {Name: "value"}, {Name: "labels"}, {Name: "ttl", Default: "30m0s"},
	{Name: "format", OneOf: formats}, {Name: "app-name"}, {Name: "app-uri"}, {Name: "db-name"}, {Name: "db-protocol"}, {Name: "db-uri"},
}

func tokenAdd(given *cli.Given, auth *client) error {
	roles, err := config.ParseRoles(given.Text("type"))
	if err != nil {
		return err
	}
	ttl, err := given.Duration("ttl")
	if err != nil {
		return err
	}
	labels, err := parsePairs(given.Text("labels"))
	if err != nil {
		return err
	}
	value := given.Text("value")
	if value == "" {
		value = resource.Hex()
	}
	expires := time.Now().UTC().Add(ttl)
	listed := []interface{}{}
	for _, role := range roles {
		listed = append(listed, role)
	}
	token := &resource.Resource{
		Kind: resource.Token, Version: "v2", Metadata: resource.Metadata{Name: value, Labels: labels, Expires: &expires},
		Spec: map[string]interface{}{"roles": listed},
	}
	if err := auth.call("Create", wire.CreateArgs{Resource: token}, &wire.CreateReply{}); err != nil {
		if strings.HasSuffix(err.Error(), "already exists") {
			return fmt.Errorf("failed to create token (%q already exists), please use another name", value)
		}
		return err
	}
	info := map[string]interface{}{"token": value, "roles": roles, "expires": time.Now().Add(ttl)}
	switch given.Text("format") {
	case "json":
		text, err := json.MarshalIndent(info, "", " ")
		fmt.Print(string(text))
		return err
	case "yaml":
		text, err := resource.YAMLOf(info)
		fmt.Print(string(text))
		return err
	case "text":
		fmt.Println(value)
		return nil
	}
	return tokenHelp(auth, value, roles, ttl)
}

// tokenHelp is what is printed without --format: a long text with the token in it.
func tokenHelp(auth *client, value string, roles []string, ttl time.Duration) error {
	var status wire.Status
	if err := auth.call("Status", struct{}{}, &status); err != nil {
		return err
	}
	fmt.Printf("The invite token: %s\nThis token will expire in %d minutes.\n\nRun this on the new node to join the cluster:\n\n"+
		"> teleport start \\\n   --roles=%s \\\n   --token=%s \\\n   --ca-pin=%s \\\n   --auth-server=%s\n\nPlease note:\n\n"+
		"  - This invitation token will expire in %d minutes\n  - %s must be reachable from the new node\n",
		value, int(ttl.Minutes()), strings.ToLower(strings.Join(roles, ",")), value, status.Pins[0], status.AuthAddr,
		int(ttl.Minutes()), status.AuthAddr)
	return nil
}

var tokenListFlags = []cli.Flag{{Name: "format", OneOf: formats}, {Name: "with-secrets", Switch: true}, {Name: "labels"}}

func tokenList(given *cli.Given, auth *client) error {
	wanted, err := parsePairs(given.Text("labels"))
	if err != nil {
		return err
	}
	var found, all []*resource.Resource
	if err := auth.call("Get", wire.Ref{Kind: resource.Token}, &found); err != nil {
		return err
	}
	for _, one := range found {
		if matches(wanted, one.Metadata.Labels) {
			all = append(all, one)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return expiry(all[i]) < expiry(all[j]) })
	name := func(one *resource.Resource) string {
		if given.On("with-secrets") {
			return one.Metadata.Name
		}
		hidden := len(one.Metadata.Name) * 3 / 4
		return strings.Repeat("*", hidden) + one.Metadata.Name[hidden:]
	}
	switch format := given.Text("format"); format {
	case "json", "yaml":
		return show(all, format)
	case "text":
		if len(all) == 0 {
			fmt.Println("No active tokens found.")
		}
		for _, one := range all {
			fmt.Println(name(one))
		}
		return nil
	}
	rows := [][]string{}
	for _, one := range all {
		until := "never"
		if at := one.Metadata.Expires; at != nil {
			until = fmt.Sprintf("%s (%s)", at.UTC().Format(time.RFC822), time.Until(*at).Round(time.Second))
		}
		rows = append(rows, []string{name(one), strings.Join(one.Texts("roles"), ","), pairs(one.Metadata.Labels), until})
	}
	fmt.Print(table([]string{"Token", "Type", "Labels", "Expiry Time (UTC)"}, rows))
	return nil
}

func expiry(one *resource.Resource) int64 {
	if one.Metadata.Expires == nil {
		return 0
	}
	return one.Metadata.Expires.Unix()
}

func tokenRemove(given *cli.Given, auth *client) error {
	if len(given.Args) == 0 {
		return fmt.Errorf("Need an argument: token")
	}
	value, err := given.One("token")
	if err != nil {
		return err
	}
	if err := auth.call("Remove", wire.Ref{Kind: resource.Token, Name: value}, &struct{}{}); err != nil {
		return err
	}
	fmt.Printf("Token %s has been deleted\n", value)
	return nil
}
