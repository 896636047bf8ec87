package auth

import (
	"fmt"
	"sort"
	"time"

	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

// Admin is what tctl can call.
type Admin struct{ server *Server }

// Status answers what cluster this is.
func (a *Admin) Status(_ struct{}, reply *wire.Status) (err error) {
	*reply, err = a.server.status()
	return err
}

// Create keeps a resource.
func (a *Admin) Create(args wire.CreateArgs, reply *wire.CreateReply) (err error) {
	*reply, err = a.server.create(args)
	return err
}

// Get reads one, or all of a kind.
func (a *Admin) Get(ref wire.Ref, reply *[]*resource.Resource) (err error) {
	*reply, err = a.server.get(ref)
	return err
}

// Remove deletes one.
func (a *Admin) Remove(ref wire.Ref, _ *struct{}) error { return a.server.remove(ref) }

// AddUser makes a user and an invitation.
func (a *Admin) AddUser(args wire.InviteArgs, reply *wire.Invite) (err error) {
	*reply, err = a.server.addUser(args)
	return err
}

// ResetUser makes an invitation.
func (a *Admin) ResetUser(args wire.InviteArgs, reply *wire.Invite) (err error) {
	*reply, err = a.server.resetUser(args)
	return err
}

// UpdateUser changes roles and traits.
func (a *Admin) UpdateUser(args wire.UpdateArgs, _ *struct{}) error { return a.server.updateUser(args) }

// Instances are the agents that are connected now, and this process.
func (a *Admin) Instances(_ struct{}, reply *[]wire.Instance) error {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	*reply = []wire.Instance{}
	for _, one := range a.server.streams {
		*reply = append(*reply, one.instance)
	}
	sort.Slice(*reply, func(i, j int) bool { return (*reply)[i].Hostname < (*reply)[j].Hostname })
	return nil
}

// PingInstance is a round trip to an agent.
func (a *Admin) PingInstance(id string, reply *time.Duration) (err error) {
	a.server.mu.Lock()
	agent := a.server.streams[id]
	a.server.mu.Unlock()
	if agent == nil {
		return fmt.Errorf("no control stream found for server %q", id)
	}
	*reply, err = agent.ping(15 * time.Second)
	return err
}

// Guest is what a host without an identity can call.
type Guest struct{ server *Server }

// Authority is the cluster's certificate, to be compared with a pin.
func (g *Guest) Authority(_ struct{}, reply *string) error {
	*reply = g.server.cluster.Authority.Cert
	return nil
}

// Join asks for an identity.
func (g *Guest) Join(request wire.JoinRequest, reply *wire.JoinReply) (err error) {
	*reply, err = g.server.Join(request)
	return err
}
