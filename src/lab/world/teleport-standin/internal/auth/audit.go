package auth

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"teleport-standin/internal/config"
	"teleport-standin/internal/resource"
)

// auditLog writes the events that the stand-in knows where audit_events_uri says: files and stdout.
type auditLog struct {
	mu    sync.Mutex
	files []*os.File
}

func openAudit(settings *config.Settings) (*auditLog, error) {
	uris := settings.AuditURIs
	if len(uris) == 0 {
		uris = []string{"file://" + filepath.Join(settings.DataDir, "log")}
	}
	log := &auditLog{}
	for _, uri := range uris {
		parsed, err := url.Parse(uri)
		if err != nil {
			return nil, err
		}
		switch parsed.Scheme {
		case "stdout":
			log.files = append(log.files, os.Stdout)
		case "", "file":
			if err := os.MkdirAll(parsed.Path, 0o700); err != nil {
				return nil, err
			}
			file, err := os.OpenFile(filepath.Join(parsed.Path, "events.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				return nil, err
			}
			log.files = append(log.files, file)
		default:
			return nil, fmt.Errorf("unsupported scheme for audit_events_uri: %q, the stand-in writes to file:// and stdout://", parsed.Scheme)
		}
	}
	return log, nil
}

func (a *auditLog) emit(event, code string, fields map[string]interface{}) {
	entry := map[string]interface{}{
		"event": event, "code": code, "time": time.Now().UTC().Format(time.RFC3339Nano), "uid": resource.UUID(), "ei": 0,
	}
	for key, value := range fields {
		entry[key] = value
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, file := range a.files {
		fmt.Fprintf(file, "%s\n", line)
	}
}
