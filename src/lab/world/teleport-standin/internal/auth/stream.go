package auth

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"time"

	"teleport-standin/internal/build"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

// stream is one connected agent.
type stream struct {
	id       string
	conn     net.Conn
	instance wire.Instance

	mu    sync.Mutex
	out   *json.Encoder
	pings map[uint64]chan struct{}
	next  uint64
}

// silence is how long an agent may say nothing before its connection is taken for dead.
const silence = 5 * time.Minute

// ServeAgent talks with an agent until it leaves. The connection must ask for the cluster's identity.
func (s *Server) ServeAgent(conn *tls.Conn) {
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return
	}
	if err := conn.Handshake(); err != nil {
		s.log.Debug("AUTH", "An agent was turned away.", "error", err)
		return
	}
	peer := conn.ConnectionState().PeerCertificates[0].Subject
	if !anyOf([]string{"Node"}, peer.Organization) {
		s.log.Warn("AUTH", "Only a node has a control stream.", "host_id", peer.CommonName)
		return
	}
	agent := &stream{id: peer.CommonName, conn: conn, out: json.NewEncoder(conn), pings: map[uint64]chan struct{}{}}
	decoder := json.NewDecoder(conn)
	defer s.detach(agent)
	for {
		if err := conn.SetDeadline(time.Now().Add(silence)); err != nil {
			return
		}
		var message wire.Message
		if decoder.Decode(&message) != nil {
			return
		}
		if err := s.hear(agent, message); err != nil {
			_ = agent.send(wire.Message{Type: wire.Refused, Error: err.Error()})
			return
		}
	}
}

func (s *Server) hear(agent *stream, message wire.Message) error {
	switch message.Type {
	case wire.Hello:
		if newer(message.Version, build.Version) {
			return fmt.Errorf("agent version %s is newer than the auth server's %s", message.Version, build.Version)
		}
		s.attach(agent, message)
		return agent.send(wire.Message{Type: wire.Accepted})
	case wire.Heartbeat:
		if err := s.keepNode(agent, message.Node); err != nil {
			return err
		}
		return agent.send(wire.Message{Type: wire.Accepted})
	case wire.Pong:
		agent.answered(message.ID)
	case wire.Goodbye:
		s.log.Info("AUTH", "An agent says goodbye.", "host_id", agent.id)
		return s.forgetNode(agent.id)
	}
	return nil
}

func (s *Server) attach(agent *stream, hello wire.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	agent.instance = wire.Instance{ServerID: agent.id, Version: hello.Version, Services: hello.Services}
	if before := s.streams[agent.id]; before != nil && before != agent {
		before.conn.Close()
	}
	s.streams[agent.id] = agent
	s.log.Info("AUTH", "An agent is connected.", "host_id", agent.id)
}

func (s *Server) detach(agent *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams[agent.id] == agent {
		delete(s.streams, agent.id)
		s.log.Info("AUTH", "An agent is gone.", "host_id", agent.id)
	}
}

// keepNode takes a heartbeat: the node is known from now on for so long.
func (s *Server) keepNode(agent *stream, node *resource.Resource) error {
	if node == nil || node.Kind != resource.Node || node.Metadata.Name != agent.id {
		return fmt.Errorf("a node can announce only itself")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	agent.instance.Hostname, _ = node.Spec["hostname"].(string)
	expires := time.Now().UTC().Add(s.nodeTTL)
	node.Metadata.Expires = &expires
	node.Touch()
	s.cluster.Put(node)
	return s.cluster.Save()
}

func (s *Server) forgetNode(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cluster.Resources[resource.Node], id)
	return s.cluster.Save()
}

func (a *stream) send(message wire.Message) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.out.Encode(message)
}

func (a *stream) answered(id uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if waiting := a.pings[id]; waiting != nil {
		close(waiting)
		delete(a.pings, id)
	}
}

// ping sends something to an agent and waits for its answer.
func (a *stream) ping(limit time.Duration) (time.Duration, error) {
	answer := make(chan struct{})
	a.mu.Lock()
	a.next++
	id := a.next
	a.pings[id] = answer
	a.mu.Unlock()
	start := time.Now()
	if err := a.send(wire.Message{Type: wire.Ping, ID: id}); err != nil {
		return 0, err
	}
	select {
	case <-answer:
		return time.Since(start), nil
	case <-time.After(limit):
		return 0, fmt.Errorf("context deadline exceeded")
	}
}
