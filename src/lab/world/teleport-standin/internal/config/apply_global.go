package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

var joinMethods = []string{
	"token", "ec2", "iam", "github", "circleci", "kubernetes", "azure", "gitlab", "gcp", "spacelift", "tpm", "terraform_cloud",
	"bitbucket", "oracle",
}

func applyGlobal(file *FileConfig, settings *Settings) error {
	given := file.Global
	if given.RelayServer != "" {
		if _, err := parseAddr(given.RelayServer, -1); err != nil {
			return err
		}
	}
	settings.NodeName, settings.PIDFile = given.NodeName, given.PIDFile
	if settings.NodeName == "" {
		settings.NodeName, _ = os.Hostname()
	}
	if settings.DataDir = given.DataDir; settings.DataDir == "" {
		settings.DataDir = "/var/lib/teleport"
	}
	settings.DebugSocket = file.Debug.Enabled()
	for _, step := range []func(Global, *Settings) error{applyToken, applyStorage, applyLog, applyPins, applyDiag} {
		if err := step(given, settings); err != nil {
			return err
		}
	}
	if limit := given.AuthDial.UpperLimit; limit != 0 && limit < 10*time.Second {
		return fmt.Errorf("auth_connection_config.upper_limit_between_retries must be at least 10s, got %s", limit)
	}
	return nil
}

func applyToken(given Global, settings *Settings) error {
	settings.Token, settings.JoinMethod = given.AuthToken, "token"
	if !given.JoinParams.given() {
		return nil
	}
	if given.AuthToken != "" {
		return fmt.Errorf("only one of auth_token or join_params should be set")
	}
	if !contains(joinMethods, given.JoinParams.Method) {
		return fmt.Errorf("unknown value for join_params.method: %q, join method must be one of %s",
			given.JoinParams.Method, strings.Join(joinMethods, ", "))
	}
	settings.Token, settings.JoinMethod = given.JoinParams.TokenName, given.JoinParams.Method
	return nil
}

func applyStorage(given Global, settings *Settings) error {
	switch given.Storage.Type {
	case "", "sqlite", "dir", "lite":
	default:
		return fmt.Errorf("the stand-in keeps its state in data_dir; it does not play the storage type %q", given.Storage.Type)
	}
	settings.StoragePath = filepath.Join(settings.DataDir, "backend")
	if path, ok := given.Storage.Params["path"].(string); ok && path != "" {
		settings.StoragePath = path
	}
	switch uris := given.Storage.Params["audit_events_uri"].(type) {
	case nil:
	case string:
		settings.AuditURIs = []string{uris}
	case []interface{}:
		for _, uri := range uris {
			settings.AuditURIs = append(settings.AuditURIs, fmt.Sprint(uri))
		}
	default:
		return fmt.Errorf("failed to parse audit_events_uri: expected a string or a list of strings, got %T", uris)
	}
	return nil
}

func applyLog(given Global, settings *Settings) error {
	settings.Log = given.Logger
	switch strings.ToLower(given.Logger.Severity) {
	case "", "info", "err", "error", "debug", "warn", "warning", "trace":
	default:
		return fmt.Errorf("unsupported logger severity: %q", given.Logger.Severity)
	}
	switch strings.ToLower(given.Logger.Format.Output) {
	case "", "text", "json":
	default:
		return fmt.Errorf("unsupported log output format : %q", given.Logger.Format.Output)
	}
	for _, field := range given.Logger.Format.ExtraFields {
		if !contains([]string{"timestamp", "component", "caller", "level"}, field) {
			return fmt.Errorf("invalid log format key: %q", field)
		}
	}
	return nil
}

// applyPins takes pins as they are, or from a file with one to a line.
func applyPins(given Global, settings *Settings) error {
	for _, pin := range given.CAPin {
		if !filepath.IsAbs(pin) {
			settings.CAPins = append(settings.CAPins, pin)
			continue
		}
		text, err := os.ReadFile(pin)
		if err != nil {
			return err
		}
		lines := strings.Fields(string(text))
		if len(lines) == 0 {
			return fmt.Errorf("empty ca_pin file: %v", pin)
		}
		settings.CAPins = append(settings.CAPins, lines...)
	}
	return nil
}

func applyDiag(given Global, settings *Settings) error {
	if given.DiagAddr == "" {
		return nil
	}
	addr, err := parseAddr(given.DiagAddr, -1)
	settings.DiagAddr = addr
	return err
}
