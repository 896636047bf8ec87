package daemon

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// diagnostics serves /healthz, /readyz and /metrics on debug.sock in data_dir, and on diag_addr if there is one.
func (p *Process) diagnostics() error {
	mux := http.NewServeMux()
	mux.HandleFunc("/readyz", p.ready.serve)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"status": "ok"}`)
	})
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		// The numbers of the real one: 0 ok, 1 recovering, 2 degraded, 3 starting.
		number := map[condition]int{ok: 0, recovering: 1, degraded: 2, starting: 3}[p.ready.worst()]
		fmt.Fprintf(w, "# TYPE process_state gauge\nprocess_state %d\n", number)
	})
	if p.settings.DebugSocket {
		path := filepath.Join(p.settings.DataDir, "debug.sock")
		// The lock is held, so what is there is left over.
		_ = os.Remove(path)
		listener, err := net.Listen("unix", path)
		if err != nil {
			return err
		}
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		p.serve(listener, func() error { return serveHTTP(listener, mux) })
	}
	if p.settings.DiagAddr == "" {
		return nil
	}
	listener, err := net.Listen("tcp", p.settings.DiagAddr)
	if err != nil {
		return err
	}
	p.serve(listener, func() error { return serveHTTP(listener, mux) })
	return nil
}

func serveHTTP(listener net.Listener, handler http.Handler) error {
	return (&http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}).Serve(listener)
}
