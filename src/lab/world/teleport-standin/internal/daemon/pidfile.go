package daemon

import (
	"fmt"
	"os"
	"syscall"
)

// writePIDFile writes and locks it: `pkill -L -F`, which the packaged unit reloads with, signals only the owner of a lock.
func writePIDFile(path string) (*os.File, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("pidfile: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, fmt.Errorf("pidfile %s is locked by another process", path)
	}
	if err := file.Truncate(0); err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(file, "%d", os.Getpid())
	return file, err
}
