package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"time"
	"unsafe"

	"tailscale.com/tailcfg"
	"tailscale.com/tstest/integration/testcontrol"
	"tailscale.com/types/key"
)

// admission is what a real coordination server does and the test server does not: a node that was let in needs no auth
// key to come back, as after a restart of its daemon; one that logs out does; and tags are granted as asked.
type admission struct {
	server  *testcontrol.Server
	machine http.Handler // the server's own, for all that nodes say

	mu    sync.Mutex
	nodes map[key.NodePublic]bool
}

// private is a field of the server that has no door: its routes, before which this puts its own, and its nodes.
func private[T any](server *testcontrol.Server, name string) *T {
	field := reflect.ValueOf(server).Elem().FieldByName(name)
	return (*T)(unsafe.Pointer(field.UnsafeAddr()))
}

// admit puts it before the server's own registration.
func admit(server *testcontrol.Server) {
	server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/generate_204", nil))
	routes := *private[*http.ServeMux](server, "mux")
	machine, _ := routes.Handler(httptest.NewRequest("POST", "/machine/register", nil))
	a := &admission{server: server, machine: machine, nodes: map[key.NodePublic]bool{}}
	routes.HandleFunc("/machine/register", a.register)
}

func (a *admission) register(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var request tailcfg.RegisterRequest
	if err != nil || json.Unmarshal(body, &request) != nil {
		http.Error(w, "no register request", http.StatusBadRequest)
		return
	}
	goes := !request.Expiry.IsZero() && request.Expiry.Before(time.Now())
	comesAgain := request.Auth == nil && a.knows(request.NodeKey)
	if comesAgain || goes {
		request.Auth = &tailcfg.RegisterResponseAuth{AuthKey: a.server.RequireAuthKey}
		body, _ = json.Marshal(request)
	}
	enters := request.Auth != nil && request.Auth.AuthKey == a.server.RequireAuthKey
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.machine.ServeHTTP(w, r)
	if !enters {
		return
	}
	a.remember(request.NodeKey, !goes)
	if request.OldNodeKey != request.NodeKey {
		a.forget(request.OldNodeKey)
	}
	if node := a.server.Node(request.NodeKey); node != nil && request.Hostinfo != nil && !goes {
		node.Tags = request.Hostinfo.RequestTags
		a.server.UpdateNode(node)
	}
}

// forget takes a key out of the tailnet that another has replaced: its peers would take either. Who logs out stays in
// the list, as the server numbers its nodes by how many there are.
func (a *admission) forget(node key.NodePublic) {
	mu := private[sync.Mutex](a.server, "mu")
	mu.Lock()
	defer mu.Unlock()
	delete(*private[map[key.NodePublic]*tailcfg.Node](a.server, "nodes"), node)
}

func (a *admission) knows(node key.NodePublic) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.nodes[node]
}

func (a *admission) remember(node key.NodePublic, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.nodes[node] = known
}
