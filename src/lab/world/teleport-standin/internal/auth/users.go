package auth

import (
	"fmt"
	"time"

	"teleport-standin/internal/resource"
	"teleport-standin/internal/state"
	"teleport-standin/internal/wire"
)

// knownTraits are all written for a user whom `users add` makes; those that are not given are empty.
var knownTraits = []string{
	"logins", "windows_logins", "kubernetes_users", "kubernetes_groups", "db_users", "db_names", "db_roles", "aws_role_arns",
	"azure_identities", "gcp_service_accounts", "host_user_uid", "host_user_gid", "mcp_tools", "default_relay_addr",
}

const longestInvite = 48 * time.Hour

// addUser makes a user without a password, and the link that sets one.
func (s *Server) addUser(args wire.InviteArgs) (wire.Invite, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.rolesExist(args.Roles); err != nil {
		return wire.Invite{}, err
	}
	if s.cluster.Get(resource.User, args.User) != nil {
		return wire.Invite{}, fmt.Errorf("user %q already exists", args.User)
	}
	traits := map[string]interface{}{}
	for _, key := range knownTraits {
		traits[key] = listed(args.Traits[key])
	}
	now := time.Now().UTC().Format(time.RFC3339Nano)
	user := &resource.Resource{Kind: resource.User, Metadata: resource.Metadata{Name: args.User}, Spec: map[string]interface{}{
		"roles": listed(args.Roles), "traits": traits,
		"created_by": map[string]interface{}{"time": now, "user": map[string]interface{}{"name": s.hostID + "." + s.cluster.Name}},
	}}
	if err := resource.CheckUser(user); err != nil {
		return wire.Invite{}, err
	}
	user.Touch()
	s.cluster.Put(user)
	s.audit.emit("user.create", "T1002I", map[string]interface{}{"name": args.User, "roles": args.Roles})
	return s.invite(args.User, "invite", args.TTL)
}

// resetUser takes a password away, and makes the link that sets another.
func (s *Server) resetUser(args wire.InviteArgs) (wire.Invite, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cluster.Get(resource.User, args.User) == nil {
		return wire.Invite{}, notFound(wire.Ref{Kind: resource.User, Name: args.User})
	}
	return s.invite(args.User, "reset", args.TTL)
}

// invite makes a link. The links made before for this user end.
func (s *Server) invite(user, kind string, ttl time.Duration) (wire.Invite, error) {
	if ttl <= 0 || ttl > longestInvite {
		return wire.Invite{}, fmt.Errorf("failed to create reset password token: maximum token TTL is %v", longestInvite)
	}
	for token, other := range s.cluster.Invites {
		if other.User == user {
			delete(s.cluster.Invites, token)
		}
	}
	now := time.Now().UTC()
	made := wire.Invite{User: user, Token: resource.Hex(), Created: now, Expires: now.Add(ttl)}
	made.URL = fmt.Sprintf("https://%s/web/%s/%s", s.publicAddr(), kind, made.Token)
	s.cluster.Invites[made.Token] = state.Invite{User: user, Kind: kind, Created: now, Expires: made.Expires}
	return made, s.cluster.Save()
}

// Invitation is what a link is for, while it lasts.
func (s *Server) Invitation(token string) (state.Invite, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.cluster.Invites[token]
	return found, ok && time.Now().Before(found.Expires)
}

// updateUser changes the roles or traits of a user.
func (s *Server) updateUser(args wire.UpdateArgs) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	user := s.cluster.Get(resource.User, args.User)
	if user == nil {
		return notFound(wire.Ref{Kind: resource.User, Name: args.User})
	}
	if err := s.rolesExist(args.Roles); err != nil {
		return err
	}
	if args.Roles != nil {
		user.Spec["roles"] = listed(args.Roles)
	}
	traits, ok := user.Spec["traits"].(map[string]interface{})
	if !ok {
		traits = map[string]interface{}{}
		user.Spec["traits"] = traits
	}
	for key, values := range args.Traits {
		traits[key] = listed(values)
	}
	user.Touch()
	s.audit.emit("user.update", "T1003I", map[string]interface{}{"name": args.User, "roles": user.Texts("roles")})
	return s.cluster.Save()
}

func listed(words []string) []interface{} {
	all := []interface{}{}
	for _, word := range words {
		all = append(all, word)
	}
	return all
}
