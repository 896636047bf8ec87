package state

import (
	"os"
	"path/filepath"

	"teleport-standin/internal/pki"
)

// Identity is how a process proves itself to a cluster, and how it knows that one.
type Identity struct {
	pki.Pair
	Authority string `json:"authority"`
	Cluster   string `json:"cluster"`
	HostID    string `json:"host_id"`
}

// SaveIdentity keeps one under data_dir; kind is admin or node.
func SaveIdentity(dir, kind string, identity Identity) error {
	if err := os.MkdirAll(filepath.Join(dir, "proc"), 0o700); err != nil {
		return err
	}
	return WriteJSON(identityPath(dir, kind), identity)
}

// LoadIdentity reads one back; os.IsNotExist tells that there is none.
func LoadIdentity(dir, kind string) (Identity, error) {
	var identity Identity
	err := ReadJSON(identityPath(dir, kind), &identity)
	return identity, err
}

func identityPath(dir, kind string) string { return filepath.Join(dir, "proc", kind+".json") }
