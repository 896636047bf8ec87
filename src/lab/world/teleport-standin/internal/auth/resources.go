package auth

import (
	"encoding/json"
	"fmt"
	"sort"

	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

// create keeps a resource. One that is there already is replaced only by force; what the file says, only when confirmed.
func (s *Server) create(args wire.CreateArgs) (wire.CreateReply, error) {
	one := args.Resource
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(one); err != nil {
		return wire.CreateReply{}, err
	}
	before := s.cluster.Get(one.Kind, one.Metadata.Name)
	if setting(one.Kind) {
		if err := mayChange(before, args.Confirm); err != nil {
			return wire.CreateReply{}, err
		}
		one.Metadata.Labels = map[string]string{originLabel: "dynamic"}
	} else if before != nil && !args.Force {
		return wire.CreateReply{}, fmt.Errorf("%s %q already exists", printed(one.Kind), one.Metadata.Name)
	}
	one.Touch()
	s.cluster.Put(one)
	s.audit.emit(one.Kind+".created", "T9000I", map[string]interface{}{"name": safe(one)})
	return wire.CreateReply{Existed: before != nil}, s.cluster.Save()
}

func (s *Server) check(one *resource.Resource) error {
	switch one.Kind {
	case resource.Role:
		return resource.CheckRole(one)
	case resource.User:
		if err := resource.CheckUser(one); err != nil {
			return err
		}
		return s.rolesExist(one.Texts("roles"))
	case resource.Token:
		return resource.CheckToken(one)
	case resource.AuthPreference, resource.Recording, resource.Networking:
		return resource.CheckSetting(one)
	}
	return fmt.Errorf("creating resources of type %q is not supported", one.Kind)
}

func (s *Server) rolesExist(names []string) error {
	for _, name := range names {
		if s.cluster.Get(resource.Role, name) == nil {
			return fmt.Errorf("role %s is not found", name)
		}
	}
	return nil
}

// get is one resource, or all of its kind in the order of their names.
func (s *Server) get(ref wire.Ref) ([]*resource.Resource, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ref.Name != "" {
		one := s.find(ref)
		if one == nil {
			return nil, notFound(ref)
		}
		return copied([]*resource.Resource{one})
	}
	all := []*resource.Resource{}
	for name := range s.cluster.Resources[ref.Kind] {
		if one := s.cluster.Get(ref.Kind, name); one != nil {
			all = append(all, one)
		}
	}
	if ref.Kind == resource.Token {
		all = append(all, s.staticTokens()...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Metadata.Name < all[j].Metadata.Name })
	return copied(all)
}

// copied is what leaves the lock: nobody outside holds what is kept.
func copied(all []*resource.Resource) ([]*resource.Resource, error) {
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	var fresh []*resource.Resource
	err = json.Unmarshal(text, &fresh)
	return fresh, err
}

// find takes a node's host name too.
func (s *Server) find(ref wire.Ref) *resource.Resource {
	if setting(ref.Kind) {
		for name := range s.cluster.Resources[ref.Kind] {
			return s.cluster.Get(ref.Kind, name)
		}
	}
	if one := s.cluster.Get(ref.Kind, ref.Name); one != nil || ref.Kind != resource.Node {
		return one
	}
	for name, node := range s.cluster.Resources[resource.Node] {
		if node.Spec["hostname"] == ref.Name {
			return s.cluster.Get(resource.Node, name)
		}
	}
	return nil
}

func (s *Server) staticTokens() []*resource.Resource {
	all := []*resource.Resource{}
	for _, one := range s.settings.Auth.StaticTokens {
		roles := []interface{}{}
		for _, role := range one.Roles {
			roles = append(roles, role)
		}
		all = append(all, &resource.Resource{
			Kind: resource.Token, SubKind: "static", Version: "v2", Metadata: resource.Metadata{Name: one.Token},
			Spec: map[string]interface{}{"roles": roles, "join_method": "token"},
		})
	}
	return all
}

// remove deletes one resource.
func (s *Server) remove(ref wire.Ref) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.find(ref)
	if one == nil {
		return notFound(ref)
	}
	switch {
	case setting(ref.Kind):
		return s.resetSetting(one)
	case ref.Kind == resource.Role:
		for _, user := range s.cluster.Resources[resource.User] {
			if anyOf([]string{ref.Name}, user.Texts("roles")) {
				s.log.Warn("AUTH", "A role is still in use.", "role", ref.Name, "user", user.Metadata.Name)
				return fmt.Errorf("failed to delete a role that is still in use by a user, check the system server logs for more details")
			}
		}
	case ref.Kind == resource.User:
		for token, invite := range s.cluster.Invites {
			if invite.User == ref.Name {
				delete(s.cluster.Invites, token)
			}
		}
	}
	delete(s.cluster.Resources[ref.Kind], one.Metadata.Name)
	s.audit.emit(one.Kind+".deleted", "T9001I", map[string]interface{}{"name": safe(one)})
	return s.cluster.Save()
}

func notFound(ref wire.Ref) error {
	switch ref.Kind {
	case resource.Role:
		return fmt.Errorf("role %s is not found", ref.Name)
	case resource.User:
		return fmt.Errorf("user %q is not found", ref.Name)
	case resource.Node:
		return fmt.Errorf("node with ID %q not found", ref.Name)
	case resource.Token:
		return fmt.Errorf("provisioning token(%s) not found", masked(ref.Name))
	}
	return fmt.Errorf("%s %q is not found", ref.Kind, ref.Name)
}

func printed(kind string) string {
	if kind == resource.Token {
		return "provision_token"
	}
	return kind
}
