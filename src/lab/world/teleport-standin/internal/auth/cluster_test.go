package auth_test

import (
	"context"
	"fmt"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"path/filepath"
	"testing"
	"time"

	"teleport-standin/internal/agent"
	"teleport-standin/internal/auth"
	"teleport-standin/internal/config"
	"teleport-standin/internal/pki"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/state"
	"teleport-standin/internal/web"
	"teleport-standin/internal/wire"
)

// trusted is a certificate for 127.0.0.1 that this process trusts, as a public one would be.
var trusted string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "standin")
	if err != nil {
		panic(err)
	}
	made, err := pki.SelfSigned([]string{"127.0.0.1"})
	if err != nil {
		panic(err)
	}
	trusted = dir
	for name, text := range map[string]string{"cert": made.Cert, "key": made.Key} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	// Read by the first verification of the process, so before any.
	os.Setenv("SSL_CERT_FILE", filepath.Join(dir, "cert"))
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// cluster is an auth service and a proxy in this process.
type cluster struct {
	t         *testing.T
	settings  *config.Settings
	calls     *rpc.Client
	web, auth string
}

func raise(t *testing.T, nodeTTL time.Duration, more string) *cluster {
	t.Helper()
	authPort, webPort := listen(t), listen(t)
	dir := t.TempDir()
	settings := settingsOf(t, fmt.Sprintf(`version: v3
teleport: { nodename: bastion, data_dir: %s }
auth_service: { cluster_name: lab, proxy_listener_mode: multiplex, listen_addr: %q }
ssh_service: { enabled: no }
proxy_service:
  web_listen_addr: %q
  public_addr: %q
  %s
`, dir, authPort.Addr(), webPort.Addr(), webPort.Addr(), more))
	server, err := auth.New(settings, nil, resource.UUID(), nodeTTL)
	must(t, err)
	proxy, err := web.New(settings, nil, server)
	must(t, err)
	stopped, swept := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(stopped); <-swept })
	go func() { server.Sweep(stopped); close(swept) }()
	go func() { _ = server.Serve(authPort) }()
	go func() { _ = proxy.Serve(webPort) }()
	made := &cluster{t: t, settings: settings, web: webPort.Addr().String(), auth: authPort.Addr().String()}
	made.connect(dir)
	// Nothing is written to the folder any more once the last agent is gone.
	t.Cleanup(func() {
		until(t, "all agents are gone", func() bool {
			var connected []wire.Instance
			must(t, made.calls.Call("Admin.Instances", struct{}{}, &connected))
			return len(connected) == 0
		})
	})
	return made
}

// connect is what tctl does.
func (c *cluster) connect(dir string) {
	identity, err := state.LoadIdentity(dir, "admin")
	must(c.t, err)
	secured, err := pki.Client(identity.Pair, identity.Authority)
	must(c.t, err)
	secured.NextProtos = []string{wire.Calls}
	conn, err := wire.DialTLS(context.Background(), c.auth, secured)
	must(c.t, err)
	c.calls = rpc.NewClientWithCodec(jsonrpc.NewClientCodec(conn))
	c.t.Cleanup(func() { c.calls.Close() })
}

// token makes a join token for this kind of service.
func (c *cluster) token(kind string, ttl time.Duration) string {
	c.t.Helper()
	expires := time.Now().Add(ttl)
	token := &resource.Resource{
		Kind: resource.Token, Metadata: resource.Metadata{Name: resource.Hex(), Expires: &expires},
		Spec: map[string]interface{}{"roles": []interface{}{kind}},
	}
	must(c.t, c.calls.Call("Admin.Create", wire.CreateArgs{Resource: token}, &wire.CreateReply{}))
	return token.Metadata.Name
}

func (c *cluster) nodes() []*resource.Resource {
	c.t.Helper()
	var all []*resource.Resource
	must(c.t, c.calls.Call("Admin.Get", wire.Ref{Kind: resource.Node}, &all))
	return all
}

// host is an agent that was started, and how it ends.
type host struct {
	id, dir string
	ready   chan struct{}
	lost    chan string
	leave   context.CancelCauseFunc
	done    chan error
}

// start runs an agent: server is a line of the section teleport.
func (c *cluster) start(server, token string) *host {
	c.t.Helper()
	dir := c.t.TempDir()
	settings := settingsOf(c.t, fmt.Sprintf(`version: v3
teleport: { nodename: dgx01, data_dir: %s, %s, join_params: { method: token, token_name: %s } }
auth_service: { enabled: no }
proxy_service: { enabled: no }
ssh_service: { labels: { fleet: dgx }, commands: [{ name: gpus, command: [echo, "8"], period: 1m }] }
`, dir, server, token))
	ctx, cancel := context.WithCancelCause(context.Background())
	one := &host{
		id: resource.UUID(), dir: dir, ready: make(chan struct{}, 100), lost: make(chan string, 100), leave: cancel, done: make(chan error, 1),
	}
	log, path := logTo(c.t)
	node := &agent.Agent{
		Settings: settings, Log: log, HostID: one.id, Heartbeat: 100 * time.Millisecond,
		Ready: func() { one.ready <- struct{}{} },
		Lost: func() {
			// What is said of it comes right after.
			time.AfterFunc(100*time.Millisecond, func() {
				said, _ := os.ReadFile(path)
				one.lost <- string(said)
			})
		},
	}
	go func() { one.done <- node.Run(ctx) }()
	c.t.Cleanup(func() { cancel(nil); <-one.done })
	return one
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	return listener
}

func settingsOf(t *testing.T, text string) *config.Settings {
	t.Helper()
	file, err := config.Read([]byte(text))
	must(t, err)
	settings, err := config.Apply(file)
	must(t, err)
	must(t, settings.Validate())
	return settings
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// until waits for something that comes by itself.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("waited for nothing: %s", what)
}
