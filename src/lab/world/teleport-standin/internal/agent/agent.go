// Package agent is the SSH service of a node: it joins, keeps a connection to its cluster and announces itself. It serves no
// sessions.
package agent

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"teleport-standin/internal/build"
	"teleport-standin/internal/config"
	"teleport-standin/internal/logging"
	"teleport-standin/internal/pki"
	"teleport-standin/internal/state"
	"teleport-standin/internal/wire"
)

// Agent is one of them.
type Agent struct {
	Settings *config.Settings
	Log      *logging.Log
	HostID   string
	// Heartbeat is the time between two announcements.
	Heartbeat time.Duration
	// SkipVersionCheck lets it join a cluster that is older.
	SkipVersionCheck bool
	// Ready and Lost hear how it is doing.
	Ready, Lost func()

	labels *labels
}

// TooNew stops the process: the cluster is older than this agent.
type TooNew struct{ Server string }

func (t TooNew) Error() string {
	return fmt.Sprintf("Teleport instance is too new. This instance is running v%s. The auth server is running v%s and only supports "+
		"instances of its own major version or older. To connect anyway pass the --skip-version-check flag.", build.Version, t.Server)
}

// Run works until the context ends, and tries again after every failure but TooNew.
func (a *Agent) Run(ctx context.Context) error {
	a.labels = newLabels(a.Settings.SSH)
	go a.labels.run(ctx)
	wait := time.Second
	for ctx.Err() == nil {
		began := time.Now()
		err := a.session(ctx)
		if ctx.Err() != nil {
			break
		}
		if tooNew, fatal := err.(TooNew); fatal {
			return tooNew
		}
		a.Lost()
		a.explain(err)
		if time.Since(began) > time.Minute {
			wait = time.Second
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		if wait *= 2; wait > 8*time.Second {
			wait = 8 * time.Second
		}
	}
	return nil
}

// explain logs what the real one logs.
func (a *Agent) explain(err error) {
	text := fmt.Sprint(err)
	if strings.Contains(text, "token expired or not found") {
		a.Log.Error("PROC:1", "Can not join the cluster as node, the token expired or not found. Regenerate the token and try again.",
			"error", err)
		return
	}
	a.Log.Error("PROC:1", "Failed to establish connection to cluster.", "identity", "Instance", "error", err)
	if _, joined := a.identity(); joined && strings.Contains(text, "certificate signed by unknown authority") {
		a.Log.Error("PROC:1", fmt.Sprintf("Was this node already registered to a different cluster? To join this node to a new cluster, "+
			"remove `%s` and try again", a.Settings.DataDir))
	}
}

func (a *Agent) identity() (state.Identity, bool) {
	identity, err := state.LoadIdentity(a.Settings.DataDir, "node")
	return identity, err == nil
}

// session joins if it must, and then lives as long as one connection.
func (a *Agent) session(ctx context.Context) error {
	way, err := a.way(ctx)
	if err != nil {
		return err
	}
	identity, joined := a.identity()
	if !joined {
		if identity, err = a.join(ctx, way); err != nil {
			return err
		}
	}
	settings, err := pki.Client(identity.Pair, identity.Authority)
	if err != nil {
		return err
	}
	conn, err := way.control(ctx, settings)
	if err != nil {
		return err
	}
	defer conn.Close()
	return a.talk(ctx, conn, way.tunnel())
}

// talk announces the node and answers pings. When the context ends it says goodbye, and the cluster forgets the node at once,
// unless the process is to come back (Reload).
func (a *Agent) talk(ctx context.Context, conn *tls.Conn, tunnel bool) error {
	out := json.NewEncoder(conn)
	if err := out.Encode(wire.Message{Type: wire.Hello, Version: build.Version, Services: []string{"Node", "Instance"}}); err != nil {
		return err
	}
	heard, broken := listen(conn, 3*a.Heartbeat+10*time.Second)
	ticker := time.NewTicker(a.Heartbeat)
	defer ticker.Stop()
	announced := false
	for {
		select {
		case message := <-heard:
			switch message.Type {
			case wire.Refused:
				return fmt.Errorf("%s", message.Error)
			case wire.Ping:
				if err := out.Encode(wire.Message{Type: wire.Pong, ID: message.ID}); err != nil {
					return err
				}
			case wire.Accepted:
				if announced {
					a.Ready()
					continue
				}
				announced = true
				if err := a.announce(out, tunnel); err != nil {
					return err
				}
			}
		case <-ticker.C:
			if err := a.announce(out, tunnel); err != nil {
				return err
			}
		case <-a.labels.changed:
			if !announced {
				continue
			}
			if err := a.announce(out, tunnel); err != nil {
				return err
			}
		case err := <-broken:
			return err
		case <-ctx.Done():
			if context.Cause(ctx) != Reload {
				_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
				_ = out.Encode(wire.Message{Type: wire.Goodbye})
			}
			return nil
		}
	}
}

// Reload is why a context ends when the process starts again at once.
var Reload = fmt.Errorf("reload")

func (a *Agent) announce(out *json.Encoder, tunnel bool) error {
	return out.Encode(wire.Message{Type: wire.Heartbeat, Node: a.node(tunnel)})
}

// listen hands over what comes, until the connection ends. Every announcement is answered, so silence means that it is dead.
func listen(conn *tls.Conn, silence time.Duration) (<-chan wire.Message, <-chan error) {
	heard, broken := make(chan wire.Message), make(chan error, 1)
	go func() {
		decoder := json.NewDecoder(conn)
		for {
			var message wire.Message
			_ = conn.SetReadDeadline(time.Now().Add(silence))
			if err := decoder.Decode(&message); err != nil {
				broken <- fmt.Errorf("connection to the cluster is lost: %w", err)
				return
			}
			select {
			case heard <- message:
			case <-time.After(time.Minute):
				return
			}
		}
	}()
	return heard, broken
}

// token reads the token, from its file if it is a path; the space round it does not count.
func (a *Agent) token() (string, error) {
	token := a.Settings.Token
	if !strings.HasPrefix(token, "/") {
		return token, nil
	}
	text, err := os.ReadFile(token)
	return strings.TrimSpace(string(text)), err
}
