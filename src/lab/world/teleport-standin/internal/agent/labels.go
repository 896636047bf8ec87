package agent

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"time"

	"teleport-standin/internal/config"
)

// labels keeps the labels whose values are what commands print.
type labels struct {
	commands []config.CommandLabel
	changed  chan struct{}

	mu     sync.Mutex
	values map[string]string
}

func newLabels(settings config.SSHSettings) *labels {
	return &labels{commands: settings.Commands, changed: make(chan struct{}, 1), values: map[string]string{}}
}

// run runs every command now, and again each time its period is over.
func (l *labels) run(ctx context.Context) {
	for _, command := range l.commands {
		go func(command config.CommandLabel) {
			period := command.Period
			if period < time.Second {
				period = time.Second
			}
			for ctx.Err() == nil {
				l.set(command.Name, output(ctx, command.Command))
				select {
				case <-time.After(period):
				case <-ctx.Done():
				}
			}
		}(command)
	}
}

func output(ctx context.Context, command []string) string {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	printed, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
	if err != nil {
		return err.Error() + " output: " + strings.TrimSpace(string(printed))
	}
	return strings.TrimSpace(string(printed))
}

func (l *labels) set(name, value string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if before, known := l.values[name]; known && before == value {
		return
	}
	l.values[name] = value
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// results is how they are listed.
func (l *labels) results() map[string]interface{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]interface{}{}
	for _, command := range l.commands {
		all[command.Name] = map[string]interface{}{
			"period": command.Period.String(), "command": command.Command, "result": l.values[command.Name],
		}
	}
	return all
}
