package daemon

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"teleport-standin/internal/agent"
	"teleport-standin/internal/auth"
	"teleport-standin/internal/build"
	"teleport-standin/internal/config"
	"teleport-standin/internal/logging"
	"teleport-standin/internal/state"
	"teleport-standin/internal/web"
)

// Process is one `teleport start`.
type Process struct {
	settings *config.Settings
	log      *logging.Log
	ready    *Readiness
	skip     bool

	hostID    string
	lock      *os.File
	pid       *os.File
	listeners []net.Listener
	failed    chan error
	agentDone chan struct{}
}

// services of one process, as readiness knows them.
const (
	authService  = "auth"
	proxyService = "proxy"
	nodeService  = "node"
)

// start opens everything; what fails here stops the program with its reason.
func (p *Process) start(ctx context.Context) error {
	var err error
	if p.lock, err = state.Lock(p.settings.DataDir); err != nil {
		return err
	}
	if p.pid, err = writePIDFile(p.settings.PIDFile); err != nil {
		return err
	}
	if p.hostID, err = state.MakeHostUUID(p.settings.DataDir); err != nil {
		return err
	}
	services := []string{}
	for service, on := range map[string]bool{
		authService: p.settings.Auth.Enabled, proxyService: p.settings.Proxy.Enabled, nodeService: p.settings.SSH.Enabled,
	} {
		if on {
			services = append(services, service)
		}
	}
	p.ready = NewReadiness(services...)
	if err := p.diagnostics(); err != nil {
		return err
	}
	p.log.Info("PROC:1", "Starting Teleport with a config file.", "version", build.Version+" (stand-in)", "file", p.settings.ConfigPath)
	for _, warning := range p.settings.Warnings {
		p.log.Warn("PROC:1", warning)
	}
	if p.settings.Auth.Enabled {
		if err := p.startCluster(ctx); err != nil {
			return err
		}
	}
	if p.settings.SSH.Enabled {
		return p.startAgent(ctx)
	}
	return nil
}

func (p *Process) startCluster(ctx context.Context) error {
	ttl, err := knob("TELEPORT_STANDIN_NODE_TTL", 10*time.Minute)
	if err != nil {
		return err
	}
	server, err := auth.New(p.settings, p.log, p.hostID, ttl)
	if err != nil {
		return err
	}
	go server.Sweep(ctx.Done())
	if err := p.listen(p.settings.Auth.ListenAddr, server.Serve); err != nil {
		return err
	}
	p.ready.Well(authService, 0)
	p.log.Info("AUTH", "Auth service is starting.", "listen_address", p.settings.Auth.ListenAddr)
	if p.settings.SSH.Enabled {
		if err := server.IssueLocalNode(); err != nil {
			return err
		}
	}
	if !p.settings.Proxy.Enabled {
		return nil
	}
	proxy, err := web.New(p.settings, p.log, server)
	if err != nil {
		return err
	}
	if err := p.listen(p.settings.Proxy.WebListen, proxy.Serve); err != nil {
		return err
	}
	// Version v1 has both of these ports, later ones have them when told to.
	for _, port := range []struct {
		addr  string
		serve func(net.Listener) error
	}{{p.settings.Proxy.TunnelListen, proxy.ServeTunnels}, {p.settings.Proxy.SSHListen, turnAway}} {
		if port.addr == "" {
			continue
		}
		if err := p.listen(port.addr, port.serve); err != nil {
			return err
		}
	}
	p.ready.Well(proxyService, 0)
	p.log.Info("PROXY", "Web proxy service is starting.", "listen_address", p.settings.Proxy.WebListen)
	return nil
}

func (p *Process) startAgent(ctx context.Context) error {
	heartbeat, err := knob("TELEPORT_STANDIN_HEARTBEAT", time.Minute)
	if err != nil {
		return err
	}
	settings := *p.settings
	if settings.Auth.Enabled {
		_, port, _ := net.SplitHostPort(settings.Auth.ListenAddr)
		settings.AuthServers = []string{net.JoinHostPort("127.0.0.1", port)}
	}
	if settings.SSH.ForceListen || settings.ProxyServer == "" {
		if err := p.listen(settings.SSH.ListenAddr, turnAway); err != nil {
			return err
		}
	}
	node := &agent.Agent{
		Settings: &settings, Log: p.log, HostID: p.hostID, Heartbeat: heartbeat, SkipVersionCheck: p.skip,
		Ready: func() { p.ready.Well(nodeService, minimum(recovery, 2*heartbeat)) },
		Lost:  func() { p.ready.Unwell(nodeService) },
	}
	p.agentDone = make(chan struct{})
	go func() {
		defer close(p.agentDone)
		if err := node.Run(ctx); err != nil {
			p.failed <- err
		}
	}()
	return nil
}

// turnAway is the SSH port of a node or a proxy: it says what it is, and that is all.
func turnAway(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		_, _ = fmt.Fprint(conn, "SSH-2.0-Teleport\r\n")
		conn.Close()
	}
}

func (p *Process) listen(addr string, serve func(net.Listener) error) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	p.serve(listener, func() error { return serve(listener) })
	return nil
}

func (p *Process) serve(listener net.Listener, serve func() error) {
	p.listeners = append(p.listeners, listener)
	go func() { _ = serve() }()
}

// stop closes everything. The agent says goodbye, if it is to.
func (p *Process) stop() {
	if p.agentDone != nil {
		select {
		case <-p.agentDone:
		case <-time.After(5 * time.Second):
		}
	}
	for _, listener := range p.listeners {
		listener.Close()
	}
	if p.pid != nil {
		os.Remove(p.pid.Name())
		p.pid.Close()
	}
	if p.lock != nil {
		p.lock.Close()
	}
}

// knob is a time that only tests of the stand-in change.
func knob(name string, usual time.Duration) (time.Duration, error) {
	said := os.Getenv(name)
	if said == "" {
		return usual, nil
	}
	value, err := time.ParseDuration(said)
	if err != nil || value <= 0 {
		return 0, fmt.Errorf("%s must be a duration above zero, such as 2s; got %q", name, said)
	}
	return value, nil
}

func minimum(a, b time.Duration) time.Duration {
	if a < b {
		return a
	}
	return b
}
