// Package daemon is `teleport start`: it runs the services of a file in one process, and tells how they are.
package daemon

import (
	"encoding/json"
	"net/http"
	"os"
	"sync"
	"time"
)

// condition is how a service is. The worst of them is how the process is.
type condition int

const (
	ok condition = iota
	starting
	recovering
	degraded
)

// recovery is how long a service must have been well again before it counts as well.
const recovery = 10 * time.Second

// Readiness knows how each service is.
type Readiness struct {
	mu       sync.Mutex
	services map[string]condition
}

// NewReadiness begins with these services, all of them starting.
func NewReadiness(services ...string) *Readiness {
	made := &Readiness{services: map[string]condition{}}
	for _, one := range services {
		made.services[one] = starting
	}
	return made
}

// Well is told by a service that works. One that did not work is recovering first.
func (r *Readiness) Well(service string, after time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch r.services[service] {
	case starting:
		r.services[service] = ok
	case degraded:
		r.services[service] = recovering
		time.AfterFunc(after, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.services[service] == recovering {
				r.services[service] = ok
			}
		})
	}
}

// Unwell is told by a service that no longer works. One that never did is still starting.
func (r *Readiness) Unwell(service string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.services[service] != starting {
		r.services[service] = degraded
	}
}

// worst is how the process is: degraded before recovering before starting before ok.
func (r *Readiness) worst() condition {
	r.mu.Lock()
	defer r.mu.Unlock()
	worst := ok
	for _, one := range r.services {
		if one > worst {
			worst = one
		}
	}
	return worst
}

func (r *Readiness) serve(w http.ResponseWriter, _ *http.Request) {
	code, text := http.StatusOK, "ok"
	switch r.worst() {
	case starting:
		code, text = http.StatusBadRequest, "teleport is starting and hasn't joined the cluster yet"
	case recovering:
		code, text = http.StatusBadRequest, "teleport is recovering from a degraded state, check logs for details"
	case degraded:
		code, text = http.StatusServiceUnavailable, "teleport is in a degraded state, check logs for details"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]interface{}{"status": text, "pid": os.Getpid()})
}
