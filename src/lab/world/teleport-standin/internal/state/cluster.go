package state

import (
	"os"
	"path/filepath"
	"time"

	"teleport-standin/internal/pki"
	"teleport-standin/internal/resource"
)

// Cluster is all that an auth service knows.
type Cluster struct {
	Name      string                                   `json:"name"`
	Authority pki.Pair                                 `json:"authority"`
	Resources map[string]map[string]*resource.Resource `json:"resources"`
	Invites   map[string]Invite                        `json:"invites"`
	path      string
}

// Invite is a link that lets somebody set a password.
type Invite struct {
	User    string    `json:"user"`
	Kind    string    `json:"kind"`
	Expires time.Time `json:"expires"`
	Created time.Time `json:"created"`
}

// OpenCluster reads it, or makes a new one of this name.
func OpenCluster(folder, name string) (*Cluster, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	cluster := &Cluster{path: filepath.Join(folder, "standin.json")}
	err := ReadJSON(cluster.path, cluster)
	if err == nil {
		return cluster, nil
	}
	if !os.IsNotExist(err) {
		return nil, err
	}
	cluster.Name, cluster.Invites = name, map[string]Invite{}
	cluster.Resources = map[string]map[string]*resource.Resource{}
	if cluster.Authority, err = pki.NewAuthority(name); err != nil {
		return nil, err
	}
	for _, role := range resource.Presets() {
		cluster.Put(role)
	}
	return cluster, cluster.Save()
}

// Save writes it.
func (c *Cluster) Save() error { return WriteJSON(c.path, c) }

// Put keeps a resource in memory; Save makes it last.
func (c *Cluster) Put(one *resource.Resource) {
	if c.Resources[one.Kind] == nil {
		c.Resources[one.Kind] = map[string]*resource.Resource{}
	}
	c.Resources[one.Kind][one.Metadata.Name] = one
}

// Get is a resource that is not past its time, or nil.
func (c *Cluster) Get(kind, name string) *resource.Resource {
	one := c.Resources[kind][name]
	if one == nil || one.Expired(time.Now()) {
		return nil
	}
	return one
}

// Sweep drops what is past its time, and says whether there was any.
func (c *Cluster) Sweep(now time.Time) bool {
	dropped := false
	for _, kind := range c.Resources {
		for name, one := range kind {
			if one.Expired(now) {
				delete(kind, name)
				dropped = true
			}
		}
	}
	for token, invite := range c.Invites {
		if now.After(invite.Expires) {
			delete(c.Invites, token)
			dropped = true
		}
	}
	return dropped
}
