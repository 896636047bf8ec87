package auth

import (
	"crypto/subtle"
	"fmt"
	"strconv"
	"strings"
	"time"

	"teleport-standin/internal/build"
	"teleport-standin/internal/pki"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

// expiredOrNotFound is all that a host with a bad token is told.
const expiredOrNotFound = "token expired or not found"

// hostServices are the services of a host that a token can admit.
var hostServices = []string{"Auth", "Node", "Proxy", "Kube", "App", "Db", "WindowsDesktop", "Discovery", "Okta", "MDM", "Relay"}

// Join admits a host that has a token, as often as it likes until the token expires.
func (s *Server) Join(request wire.JoinRequest) (wire.JoinReply, error) {
	reply, err := s.join(request)
	if err != nil {
		s.log.Warn("AUTH", "cannot join the cluster", "node_name", request.NodeName, "host_id", request.HostID, "error", err)
		s.audit.emit("instance.join", "TJ001E", map[string]interface{}{"node_name": request.NodeName, "success": false})
		return reply, err
	}
	s.log.Info("AUTH", "Node has joined the cluster.", "node_name", request.NodeName, "host_id", request.HostID)
	s.audit.emit("instance.join", "TJ001I", map[string]interface{}{
		"node_name": request.NodeName, "host_id": request.HostID, "method": "token", "success": true,
	})
	return reply, nil
}

func (s *Server) join(request wire.JoinRequest) (wire.JoinReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	roles, ok := s.tokenRoles(request.Token)
	if !ok {
		return wire.JoinReply{}, fmt.Errorf("%q can not join the cluster with role %q, %s", request.NodeName, "Instance", expiredOrNotFound)
	}
	if !anyOf(hostServices, roles) {
		return wire.JoinReply{}, fmt.Errorf("%s [%v] cannot requisition instance certs (token contains no local service roles)",
			request.NodeName, request.HostID)
	}
	for _, role := range request.Roles {
		if !anyOf([]string{role}, roles) {
			return wire.JoinReply{}, fmt.Errorf("node %q [%v] can not join the cluster, the token does not allow %q role",
				request.NodeName, request.HostID, role)
		}
	}
	if method := request.Method; method != "" && method != "token" {
		return wire.JoinReply{}, fmt.Errorf("client requested join method %s, provision token only supports method token", method)
	}
	if newer(request.Version, build.Version) {
		return wire.JoinReply{}, fmt.Errorf("agent version %s is newer than the auth server's %s", request.Version, build.Version)
	}
	public, err := pki.ParsePublic(request.PublicKey)
	if err != nil {
		return wire.JoinReply{}, err
	}
	issued, err := pki.Certify(s.cluster.Authority, public, request.HostID, append([]string{"Instance"}, request.Roles...)...)
	if err != nil {
		return wire.JoinReply{}, err
	}
	return wire.JoinReply{Cert: issued.Cert, Authority: s.cluster.Authority.Cert, Cluster: s.cluster.Name}, nil
}

// tokenRoles is what a token allows, and whether there is such a token.
func (s *Server) tokenRoles(token string) ([]string, bool) {
	for _, one := range s.settings.Auth.StaticTokens {
		if subtle.ConstantTimeCompare([]byte(one.Token), []byte(token)) == 1 {
			return one.Roles, true
		}
	}
	found := s.cluster.Get(resource.Token, token)
	if token == "" || found == nil || found.Expired(time.Now()) {
		return nil, false
	}
	return found.Texts("roles"), true
}

func anyOf(wanted, found []string) bool {
	for _, one := range wanted {
		for _, other := range found {
			if one == other {
				return true
			}
		}
	}
	return false
}

// newer compares major versions: an agent may not be ahead of its auth service.
func newer(agent, auth string) bool { return major(agent) > major(auth) }

func major(version string) int {
	first, _, _ := strings.Cut(version, ".")
	number, _ := strconv.Atoi(first)
	return number
}
