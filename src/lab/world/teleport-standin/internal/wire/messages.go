// Package wire is what goes between the processes of a cluster, and the ways there: HTTP CONNECT, WebSocket, TLS with ALPN.
package wire

import (
	"time"

	"teleport-standin/internal/resource"
)

// The protocols that a connection can ask for by ALPN. The first is the real one's; the others are the stand-in's own.
const (
	ReverseTunnel = "teleport-reversetunnel"
	Calls         = "teleport-standin-calls"
	Control       = "teleport-standin-control"
)

// JoinRequest is how a host asks for an identity.
type JoinRequest struct {
	Token     string `json:"token"`
	HostID    string `json:"host_id"`
	NodeName  string `json:"node_name"`
	Version   string `json:"version"`
	PublicKey string `json:"public_tls_key"`
	// Method is how it wants to join, Roles the services that it will run.
	Method string   `json:"join_method"`
	Roles  []string `json:"roles"`
}

// JoinReply is the identity.
type JoinReply struct {
	Cert      string `json:"cert"`
	Authority string `json:"authority"`
	Cluster   string `json:"cluster"`
}

// Message goes either way on the stream between an agent and its auth service, one JSON text a line.
type Message struct {
	Type string `json:"type"`
	// Version and Services come with a hello.
	Version  string   `json:"version,omitempty"`
	Services []string `json:"services,omitempty"`
	// Node comes with a heartbeat.
	Node *resource.Resource `json:"node,omitempty"`
	// ID tells which ping a pong answers.
	ID uint64 `json:"id,omitempty"`
	// Error comes with a refusal.
	Error string `json:"error,omitempty"`
}

// The types of messages.
const (
	Hello     = "hello"
	Heartbeat = "heartbeat"
	Accepted  = "accepted"
	Refused   = "refused"
	Ping      = "ping"
	Pong      = "pong"
	Goodbye   = "goodbye"
)

// CreateArgs, CreateReply and the others belong to the calls that tctl makes.
type CreateArgs struct {
	Resource *resource.Resource
	Force    bool
	Confirm  bool
}

// CreateReply says whether it was there before.
type CreateReply struct{ Existed bool }

// Ref names a resource, or all of a kind.
type Ref struct{ Kind, Name string }

// InviteArgs asks for a link; Traits and Roles are for a user who is not there yet.
type InviteArgs struct {
	User   string
	Roles  []string
	Traits map[string][]string
	TTL    time.Duration
}

// Invite is the link.
type Invite struct {
	User, Token, URL string
	Created, Expires time.Time
}

// UpdateArgs changes a user; what is nil stays.
type UpdateArgs struct {
	User   string
	Roles  []string
	Traits map[string][]string
}

// Status is what is asked first.
type Status struct {
	ServerVersion, ClusterName, ProxyPublicAddr, AuthAddr string
	Pins                                                  []string
}

// Instance is one connected agent.
type Instance struct {
	ServerID, Hostname, Version string
	Services                    []string
}
