// Package auth is the auth service: it keeps the cluster, admits hosts and answers tctl.
package auth

import (
	"crypto/tls"
	"fmt"
	"sync"
	"time"

	"teleport-standin/internal/build"
	"teleport-standin/internal/config"
	"teleport-standin/internal/logging"
	"teleport-standin/internal/pki"
	"teleport-standin/internal/state"
	"teleport-standin/internal/wire"
)

// Server is one auth service.
type Server struct {
	settings *config.Settings
	log      *logging.Log
	audit    *auditLog
	hostID   string
	nodeTTL  time.Duration
	identity pki.Pair

	mu      sync.Mutex
	cluster *state.Cluster
	streams map[string]*stream
}

// New opens the cluster of a data_dir, and leaves there the identity with which tctl, on this host, is let in.
func New(settings *config.Settings, log *logging.Log, hostID string, nodeTTL time.Duration) (*Server, error) {
	cluster, err := state.OpenCluster(settings.StoragePath, settings.Auth.ClusterName)
	if err != nil {
		return nil, err
	}
	if cluster.Name != settings.Auth.ClusterName {
		log.Warn("AUTH", fmt.Sprintf("Cannot rename cluster to %q: continue using %q. Teleport clusters can not be renamed once they "+
			"are created. You are seeing this warning for one of two reasons. Either you have not set \"cluster_name\" in Teleport "+
			"configuration and changed the hostname of the auth server or you are trying to change the value of \"cluster_name\".",
			settings.Auth.ClusterName, cluster.Name))
	}
	audit, err := openAudit(settings)
	if err != nil {
		return nil, err
	}
	server := &Server{
		settings: settings, log: log, audit: audit, hostID: hostID, nodeTTL: nodeTTL, cluster: cluster, streams: map[string]*stream{},
	}
	if server.identity, err = pki.Issue(cluster.Authority, hostID, "Auth", "Proxy"); err != nil {
		return nil, err
	}
	admin, err := pki.Issue(cluster.Authority, hostID, "Admin")
	if err != nil {
		return nil, err
	}
	server.applySettings()
	err = state.SaveIdentity(settings.DataDir, "admin", state.Identity{
		Pair: admin, Authority: cluster.Authority.Cert, Cluster: cluster.Name, HostID: hostID,
	})
	return server, err
}

// ClusterName is the name that the cluster was made with, whatever the file says now.
func (s *Server) ClusterName() string { return s.cluster.Name }

// TLS is how the service proves itself; mandatory says whether a client must do so too.
func (s *Server) TLS(mandatory bool) (*tls.Config, error) {
	return pki.Server(s.identity, s.cluster.Authority.Cert, mandatory)
}

// IssueLocalNode gives the SSH service of this very process its identity, which needs no token.
func (s *Server) IssueLocalNode() error {
	issued, err := pki.Issue(s.cluster.Authority, s.hostID, "Instance", "Node")
	if err != nil {
		return err
	}
	return state.SaveIdentity(s.settings.DataDir, "node", state.Identity{
		Pair: issued, Authority: s.cluster.Authority.Cert, Cluster: s.cluster.Name, HostID: s.hostID,
	})
}

// Sweep drops what is past its time, until stopped.
func (s *Server) Sweep(stopped <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			s.mu.Lock()
			if s.cluster.Sweep(now) {
				if err := s.cluster.Save(); err != nil {
					s.log.Error("AUTH", "Failed to write the state.", "error", err)
				}
			}
			s.mu.Unlock()
		case <-stopped:
			return
		}
	}
}

func (s *Server) status() (wire.Status, error) {
	cert, err := pki.ParseCert(s.cluster.Authority.Cert)
	if err != nil {
		return wire.Status{}, err
	}
	return wire.Status{
		ServerVersion: build.Version, ClusterName: s.cluster.Name, Pins: []string{pki.Pin(cert)},
		ProxyPublicAddr: s.publicAddr(), AuthAddr: s.settings.Auth.ListenAddr,
	}, nil
}

// publicAddr is where people reach the proxy: the first public address, else where it listens.
func (s *Server) publicAddr() string {
	if addrs := s.settings.Proxy.PublicAddrs; len(addrs) > 0 {
		return addrs[0]
	}
	if s.settings.Proxy.WebListen != "" {
		return s.settings.Proxy.WebListen
	}
	return "<proxyhost>:3080"
}
