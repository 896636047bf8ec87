// Package resource is the things that tctl creates and prints: read as strictly as the real program reads them, and with the
// defaults that it fills in, so that what comes back is not what was sent.
package resource

import (
	"crypto/rand"
	"fmt"
	"time"
)

// Resource is one of them.
type Resource struct {
	Kind     string                 `json:"kind"`
	SubKind  string                 `json:"sub_kind,omitempty"`
	Version  string                 `json:"version"`
	Metadata Metadata               `json:"metadata"`
	Spec     map[string]interface{} `json:"spec"`
}

// Metadata is what every resource has.
type Metadata struct {
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Expires     *time.Time        `json:"expires,omitempty"`
	Revision    string            `json:"revision,omitempty"`
}

// The kinds that the stand-in keeps.
const (
	Role           = "role"
	User           = "user"
	Token          = "token"
	Node           = "node"
	AuthPreference = "cluster_auth_preference"
	Recording      = "session_recording_config"
	Networking     = "cluster_networking_config"
)

var aliases = map[string]string{
	"role": Role, "roles": Role,
	"user": User, "users": User,
	"token": Token, "tokens": Token,
	"node": Node, "nodes": Node,
	"cluster_auth_preference": AuthPreference, "cluster_authentication_preferences": AuthPreference, "cap": AuthPreference,
	"session_recording_config": Recording, "recording_config": Recording, "session_recording": Recording, "src": Recording,
	"cluster_networking_config": Networking, "networking_config": Networking, "networking": Networking,
	"net_config": Networking, "netconfig": Networking,
}

// KindOf is the kind that a word names, or the word itself and false.
func KindOf(word string) (string, bool) {
	kind, ok := aliases[word]
	if !ok {
		return word, false
	}
	return kind, true
}

// Touch gives a resource a new revision, as every write does.
func (r *Resource) Touch() { r.Metadata.Revision = UUID() }

// Expired says whether it is past its time.
func (r *Resource) Expired(now time.Time) bool {
	return r.Metadata.Expires != nil && !now.Before(*r.Metadata.Expires)
}

// Texts is a list of strings in the spec.
func (r *Resource) Texts(key string) []string { return textsOf(r.Spec[key]) }

func textsOf(value interface{}) []string {
	var texts []string
	switch list := value.(type) {
	case []string:
		return list
	case []interface{}:
		for _, one := range list {
			texts = append(texts, fmt.Sprint(one))
		}
	}
	return texts
}

// UUID is a random one, of version 4.
func UUID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Hex is a random secret of 32 hexadecimal digits, as join tokens and invitations are.
func Hex() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	return fmt.Sprintf("%x", b)
}
