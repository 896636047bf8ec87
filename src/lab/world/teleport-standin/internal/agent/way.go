package agent

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"strings"

	"teleport-standin/internal/build"
	"teleport-standin/internal/wire"
)

// way is how an agent reaches its cluster: through a proxy, or the auth service itself.
type way interface {
	// join asks for an identity.
	join(ctx context.Context, request wire.JoinRequest) (wire.JoinReply, error)
	// control opens the stream on which the agent announces itself.
	control(ctx context.Context, settings *tls.Config) (*tls.Conn, error)
	// tunnel says whether people reach the node only through that.
	tunnel() bool
}

func (a *Agent) way(ctx context.Context) (way, error) {
	if a.Settings.ProxyServer != "" {
		return a.throughProxy(ctx, a.Settings.ProxyServer)
	}
	servers := a.Settings.AuthServers
	if len(servers) == 0 {
		servers = []string{"127.0.0.1:3025"}
	}
	_, port, _ := net.SplitHostPort(servers[0])
	if port == "443" || port == "3080" {
		// It looks like a proxy, and the real one tries it as one first.
		if through, err := a.throughProxy(ctx, servers[0]); err == nil {
			return through, nil
		}
	}
	return &direct{agent: a, addr: servers[0]}, nil
}

// checkVersion refuses a cluster that is a major version behind.
func (a *Agent) checkVersion(server string) error {
	if !a.SkipVersionCheck && majorOf(build.Version) > majorOf(server) {
		return TooNew{server}
	}
	return nil
}

func majorOf(version string) int {
	first, _, _ := strings.Cut(version, ".")
	number, _ := strconv.Atoi(first)
	return number
}
