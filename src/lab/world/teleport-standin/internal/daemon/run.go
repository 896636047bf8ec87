package daemon

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"teleport-standin/internal/agent"
	"teleport-standin/internal/config"
	"teleport-standin/internal/logging"
)

// Options is what a command line adds to a file.
type Options struct {
	Debug            bool
	SkipVersionCheck bool
	// Again reads everything anew, for a reload: it refuses what a start would refuse.
	Again func() (*config.Settings, error)
}

// Run works until a signal. SIGHUP starts the program again in the same process, if what it would start with is sound.
func Run(settings *config.Settings, options Options) error {
	log, err := logging.Open(settings.Log, options.Debug)
	if err != nil {
		return err
	}
	program, err := own()
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	ctx, cancel := context.WithCancelCause(context.Background())
	process := &Process{settings: settings, log: log, skip: options.SkipVersionCheck, failed: make(chan error, 1)}
	if err := process.start(ctx); err != nil {
		cancel(nil)
		process.stop()
		return err
	}
	for {
		select {
		case err := <-process.failed:
			cancel(nil)
			process.stop()
			return err
		case got := <-signals:
			switch got {
			case syscall.SIGHUP:
				log.Info("PROC:1", "Got signal, performing graceful restart.", "signal", got)
				if _, err := options.Again(); err != nil {
					log.Error("PROC:1", "Failed to start a new process; the old one goes on.", "error", err)
					continue
				}
				cancel(agent.Reload)
				process.stop()
				return syscall.Exec(program, os.Args, os.Environ())
			case syscall.SIGUSR1, syscall.SIGUSR2:
				log.Info("PROC:1", "Got signal, which the stand-in ignores.", "signal", got)
			default:
				log.Info("PROC:1", "Got signal, exiting.", "signal", got)
				cancel(nil)
				process.stop()
				return nil
			}
		}
	}
}

// own is the path of this program, as it was called: after an upgrade there is a new file under it.
func own() (string, error) {
	path, err := exec.LookPath(os.Args[0])
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
