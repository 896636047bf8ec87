// Package logging writes the log in the forms that teleport.yaml can ask for.
package logging

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"teleport-standin/internal/config"
)

// Log takes entries. All of a process share one.
type Log struct {
	mu    sync.Mutex
	out   io.Writer
	json  bool
	level int
}

const (
	debugLevel = iota
	infoLevel
	warnLevel
	errorLevel
)

var levels = map[string]int{
	"trace": debugLevel, "debug": debugLevel, "": infoLevel, "info": infoLevel, "warn": warnLevel, "warning": warnLevel,
	"err": errorLevel, "error": errorLevel,
}

// Open makes the log that a file asks for; debug overrides its severity.
func Open(given config.Log, debug bool) (*Log, error) {
	log := &Log{out: os.Stderr, json: strings.EqualFold(given.Format.Output, "json"), level: levels[strings.ToLower(given.Severity)]}
	if debug {
		log.level = debugLevel
	}
	switch given.Output {
	case "", "stderr", "error", "2", "syslog", "os_log":
	case "stdout", "out", "1":
		log.out = os.Stdout
	default:
		file, err := os.OpenFile(given.Output, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
		if err != nil {
			return nil, fmt.Errorf("failed to create the log file: %w", err)
		}
		log.out = file
	}
	return log, nil
}

// Debug tells what only a search for a fault needs. Fields are names and values in turn.
func (l *Log) Debug(component, message string, fields ...interface{}) {
	l.write(debugLevel, "DEBUG", component, message, fields)
}

// Info tells what happened.
func (l *Log) Info(component, message string, fields ...interface{}) {
	l.write(infoLevel, "INFO", component, message, fields)
}

// Warn tells what may be wrong.
func (l *Log) Warn(component, message string, fields ...interface{}) {
	l.write(warnLevel, "WARN", component, message, fields)
}

// Error tells what is wrong.
func (l *Log) Error(component, message string, fields ...interface{}) {
	l.write(errorLevel, "ERROR", component, message, fields)
}

func (l *Log) write(level int, name, component, message string, fields []interface{}) {
	if l == nil || level < l.level {
		return
	}
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	line := fmt.Sprintf("%s %-5s [%-9s] %s", now, name, component, message)
	if l.json {
		entry := map[string]interface{}{
			"timestamp": now, "level": strings.ToLower(name), "component": strings.ToLower(component), "message": message,
		}
		for i := 0; i+1 < len(fields); i += 2 {
			entry[fmt.Sprint(fields[i])] = fmt.Sprint(fields[i+1])
		}
		text, _ := json.Marshal(entry)
		line = string(text)
	} else {
		for i := 0; i+1 < len(fields); i += 2 {
			line += fmt.Sprintf(" %v:%v", fields[i], fields[i+1])
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.out, line)
}
