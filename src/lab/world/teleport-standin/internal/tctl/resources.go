package tctl

import (
	"fmt"
	"io"
	"os"
	"strings"

	"teleport-standin/internal/cli"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

var createFlags = []cli.Flag{{Name: "force", Short: "f", Switch: true}, {Name: "confirm", Switch: true}}

// create keeps the documents of a file or of stdin, one after the other, and stops at the first mistake.
func create(given *cli.Given, auth *client) error {
	text, err := source(given)
	if err != nil {
		return err
	}
	reader := resource.NewReader(text)
	for count := 0; ; count++ {
		one, err := reader.Next()
		if err == io.EOF {
			if count == 0 {
				return fmt.Errorf("no resources found, empty input?")
			}
			return nil
		}
		if err != nil {
			return err
		}
		var reply wire.CreateReply
		err = auth.call("Create", wire.CreateArgs{Resource: one, Force: given.On("force"), Confirm: given.On("confirm")}, &reply)
		if err != nil {
			if strings.HasSuffix(err.Error(), "already exists") {
				return fmt.Errorf("%w, use --force (-f) to overwrite it", err)
			}
			return err
		}
		fmt.Println(created(one, reply.Existed))
	}
}

func source(given *cli.Given) ([]byte, error) {
	if err := given.None(1); err != nil {
		return nil, err
	}
	if len(given.Args) == 1 {
		return os.ReadFile(given.Args[0])
	}
	return io.ReadAll(os.Stdin)
}

// created is what is printed. Only a user that was there before is said to be updated: the word tells nothing of the others.
func created(one *resource.Resource, existed bool) string {
	switch one.Kind {
	case resource.Role:
		return fmt.Sprintf("role %q has been created", one.Metadata.Name)
	case resource.Token:
		return fmt.Sprintf("provision_token %q has been created", one.Metadata.Name)
	case resource.User:
		if existed {
			return fmt.Sprintf("user %q has been updated", one.Metadata.Name)
		}
		return fmt.Sprintf("user %q has been created", one.Metadata.Name)
	}
	return strings.ReplaceAll(one.Kind, "_", " ") + " has been created"
}

var getFlags = []cli.Flag{
	{Name: "format", Default: "yaml", OneOf: []string{"yaml", "json", "text"}}, {Name: "with-secrets", Switch: true},
	{Name: "verbose", Short: "v", Switch: true},
}

func get(given *cli.Given, auth *client) error {
	refs, err := refsOf(given.Args)
	if err != nil {
		return err
	}
	format := given.Text("format")
	if len(refs) > 1 && format != "yaml" {
		return fmt.Errorf("getting several resources at once is only supported in YAML format")
	}
	all := []*resource.Resource{}
	for _, ref := range refs {
		var found []*resource.Resource
		if err := auth.call("Get", ref, &found); err != nil {
			return err
		}
		all = append(all, found...)
	}
	return show(all, format)
}

func show(all []*resource.Resource, format string) error {
	var text []byte
	var err error
	switch format {
	case "json":
		text, err = resource.JSONArray(all)
		text = append(text, '\n')
	case "yaml":
		text, err = resource.YAML(all)
	default:
		rows := [][]string{}
		for _, one := range all {
			rows = append(rows, []string{one.Kind, one.Metadata.Name, pairs(one.Metadata.Labels)})
		}
		text = []byte(table([]string{"Kind", "Name", "Labels"}, rows))
	}
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}

// refsOf reads kind, kind/name and lists of them with commas.
func refsOf(args []string) ([]wire.Ref, error) {
	refs := []wire.Ref{}
	for _, one := range words(args) {
		word, name, named := strings.Cut(one, "/")
		kind, known := resource.KindOf(word)
		if !known {
			return nil, fmt.Errorf("getting %q is not supported", word)
		}
		if named && name == "" {
			return nil, fmt.Errorf("%q: expected KIND/NAME", one)
		}
		if !named && single(kind) {
			name = kind
		}
		refs = append(refs, wire.Ref{Kind: kind, Name: name})
	}
	if len(refs) == 0 {
		return nil, fmt.Errorf("required argument 'resources' not provided")
	}
	return refs, nil
}

// single kinds have one resource each.
func single(kind string) bool {
	return kind == resource.AuthPreference || kind == resource.Recording || kind == resource.Networking
}

func remove(given *cli.Given, auth *client) error {
	refs, err := refsOf(given.Args)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if ref.Name == "" {
			return fmt.Errorf("provide a full resource name to delete, for example:\n$ tctl rm %s/NAME", ref.Kind)
		}
		if err := auth.call("Remove", ref, &struct{}{}); err != nil {
			return err
		}
		switch {
		case single(ref.Kind):
			fmt.Printf("%s has been reset to defaults\n", strings.ReplaceAll(ref.Kind, "_", " "))
		case ref.Kind == resource.Node:
			fmt.Printf("node %v has been deleted\n", ref.Name)
		default:
			fmt.Printf("%s %q has been deleted\n", ref.Kind, ref.Name)
		}
	}
	return nil
}
