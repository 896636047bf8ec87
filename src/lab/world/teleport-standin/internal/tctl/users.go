package tctl

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"teleport-standin/internal/cli"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

// traitFlags are the flags of `users add` that fill traits; `users update` has each with set- before it.
var traitFlags = map[string]string{
	"logins": "logins", "windows-logins": "windows_logins", "kubernetes-users": "kubernetes_users",
	"kubernetes-groups": "kubernetes_groups", "db-users": "db_users", "db-names": "db_names", "db-roles": "db_roles",
	"aws-role-arns": "aws_role_arns", "azure-identities": "azure_identities", "gcp-service-accounts": "gcp_service_accounts",
	"host-user-uid": "host_user_uid", "host-user-gid": "host_user_gid",
}

func withTraits(prefix string, flags ...cli.Flag) []cli.Flag {
	for name := range traitFlags {
		flags = append(flags, cli.Flag{Name: prefix + name})
	}
	return flags
}

var (
	userFormat      = cli.Flag{Name: "format", Default: "text", OneOf: []string{"text", "json"}}
	userTTL         = cli.Flag{Name: "ttl", Default: "1h0m0s"}
	userAddFlags    = withTraits("", cli.Flag{Name: "roles", Required: true}, userTTL, userFormat)
	userUpdateFlags = withTraits("set-", cli.Flag{Name: "set-roles"})
	userListFlags   = []cli.Flag{userFormat}
	userResetFlags  = []cli.Flag{userTTL, userFormat}
)

func traitsOf(given *cli.Given, prefix string) map[string][]string {
	traits := map[string][]string{}
	for flag, trait := range traitFlags {
		if given.Has(prefix + flag) {
			traits[trait] = words(given.All(prefix + flag))
		}
	}
	return traits
}

func userAdd(given *cli.Given, auth *client) error {
	name, err := given.One("account")
	if err != nil {
		return err
	}
	ttl, err := given.Duration("ttl")
	if err != nil {
		return err
	}
	roles := words(given.All("roles"))
	var made wire.Invite
	err = auth.call("AddUser", wire.InviteArgs{User: name, Roles: roles, Traits: traitsOf(given, ""), TTL: ttl}, &made)
	if err != nil {
		if strings.HasSuffix(err.Error(), "already exists") {
			fmt.Printf("NOTE: To update an existing local user:\n> tctl users update %v --set-roles %v\n", name, strings.Join(roles, ","))
		}
		return err
	}
	return printInvite(given, made,
		"User %q has been created but requires a password. Share this URL with the user to complete user setup, link is valid for %v:\n%v\n\n")
}

func userReset(given *cli.Given, auth *client) error {
	name, err := given.One("account")
	if err != nil {
		return err
	}
	ttl, err := given.Duration("ttl")
	if err != nil {
		return err
	}
	var made wire.Invite
	if err := auth.call("ResetUser", wire.InviteArgs{User: name, TTL: ttl}, &made); err != nil {
		return err
	}
	return printInvite(given, made,
		"User %q has been reset. Share this URL with the user to complete password reset, link is valid for %v:\n%v\n\n")
}

func printInvite(given *cli.Given, made wire.Invite, text string) error {
	if given.Text("format") == "json" {
		out, err := json.MarshalIndent(&resource.Resource{
			Kind: "user_token", Version: "v3", Metadata: resource.Metadata{Name: made.Token, Expires: &made.Expires},
			Spec: map[string]interface{}{"user": made.User, "url": made.URL, "usage": 0, "created": made.Created},
		}, "", "  ")
		fmt.Print(string(out))
		return err
	}
	parsed, err := url.Parse(made.URL)
	if err != nil {
		return err
	}
	left := made.Expires.Sub(made.Created).Round(time.Second)
	fmt.Printf(text, made.User, short(left), made.URL)
	fmt.Printf("NOTE: Make sure %v points at a Teleport proxy which users can access.\n", parsed.Host)
	return nil
}

// short is a duration without the units that are nought: 1h, not 1h0m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func userUpdate(given *cli.Given, auth *client) error {
	name, err := given.One("account")
	if err != nil {
		return err
	}
	args := wire.UpdateArgs{User: name, Traits: traitsOf(given, "set-")}
	if given.Has("set-roles") {
		args.Roles = words(given.All("set-roles"))
	}
	if args.Roles == nil && len(args.Traits) == 0 {
		return fmt.Errorf("Nothing to update. Please provide at least one --set flag.")
	}
	if err := auth.call("UpdateUser", args, &struct{}{}); err != nil {
		return err
	}
	fmt.Printf("User %v has been updated:\n", name)
	if args.Roles != nil {
		fmt.Printf("\tNew roles: %v\n", strings.Join(args.Roles, ","))
	}
	for trait, values := range args.Traits {
		fmt.Printf("\tNew %s: %v\n", strings.ReplaceAll(trait, "_", " "), strings.Join(values, ","))
	}
	return nil
}

func userList(given *cli.Given, auth *client) error {
	var all []*resource.Resource
	if err := auth.call("Get", wire.Ref{Kind: resource.User}, &all); err != nil {
		return err
	}
	if given.Text("format") == "json" {
		text, err := resource.JSONArray(all)
		fmt.Fprintln(os.Stdout, string(text))
		return err
	}
	if len(all) == 0 {
		fmt.Println("No users found")
		return nil
	}
	rows := [][]string{}
	for _, one := range all {
		rows = append(rows, []string{one.Metadata.Name, strings.Join(one.Texts("roles"), ",")})
	}
	fmt.Println(table([]string{"User", "Roles"}, rows))
	return nil
}

func userRemove(given *cli.Given, auth *client) error {
	if _, err := given.One("logins"); err != nil {
		return err
	}
	for _, name := range words(given.Args) {
		if err := auth.call("Remove", wire.Ref{Kind: resource.User, Name: name}, &struct{}{}); err != nil {
			return err
		}
		fmt.Printf("User %q has been deleted\n", name)
	}
	return nil
}
