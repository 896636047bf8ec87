// Package state keeps what a process must not forget, in its data_dir: written beside and renamed, so that a crash leaves either
// the old or the new; and locked, so that one data_dir has one process.
package state

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"teleport-standin/internal/resource"
)

// WriteFile writes a file in one step, as nobody but its owner may read.
func WriteFile(path string, text []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// WriteJSON writes a value so.
func WriteJSON(path string, value interface{}) error {
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err
	}
	return WriteFile(path, text)
}

// ReadJSON reads one; a file that is not there is told by os.IsNotExist.
func ReadJSON(path string, value interface{}) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// Lock takes a data_dir, which it makes if it must. It is given back when the process ends, however it ends.
func Lock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "standin.lock")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		holder, _ := os.ReadFile(path)
		return nil, fmt.Errorf("data_dir %s is in use by another teleport process (pid %s): database is locked",
			dir, strings.TrimSpace(string(holder)))
	}
	if err := file.Truncate(0); err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(file, "%d\n", os.Getpid())
	return file, err
}

// HostUUID reads the name of this host in its cluster.
func HostUUID(dir string) (string, error) {
	text, err := os.ReadFile(uuidPath(dir))
	return strings.TrimSpace(string(text)), err
}

// MakeHostUUID reads it, or makes one.
func MakeHostUUID(dir string) (string, error) {
	known, err := HostUUID(dir)
	if err != nil && !os.IsNotExist(err) {
		return "", err
	}
	if known != "" {
		return known, nil
	}
	made := resource.UUID()
	return made, WriteFile(uuidPath(dir), []byte(made))
}

func uuidPath(dir string) string { return filepath.Join(dir, "host_uuid") }
