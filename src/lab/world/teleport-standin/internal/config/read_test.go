package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadAccepts(t *testing.T) {
	for name, text := range map[string]string{
		"an empty file":                 "",
		"a section without content":     "ssh_service:\nversion: v3\n",
		"a second document, ignored":    "version: v3\n---\nnonsense: true\n",
		"a flag as a bare word":         "ssh_service: { enabled: no }",
		"a flag as a quoted word":       "ssh_service: { enabled: \"no\" }",
		"a flag that nobody knows":      "ssh_service: { enabled: perhaps }",
		"text as a bare boolean":        "ssh_service: { labels: { a: true, b: 5 } }",
		"a boolean option as a word":    "auth_service: { disconnect_expired_cert: \"yes\" }",
		"a boolean option as a boolean": "auth_service: { disconnect_expired_cert: yes }",
		"one string for a list":         "proxy_service: { public_addr: \"a:443\" }",
		"a list of strings":             "proxy_service: { public_addr: [\"a:443\", \"b:443\"] }",
		"a bare number of nanoseconds":  "ssh_service: { commands: [{ name: a, command: [b], period: 5 }] }",
		"a long duration":               "auth_service: { client_idle_timeout: 1d12h }",
		"the word never":                "auth_service: { client_idle_timeout: never }",
		"any key of storage":            "teleport: { storage: { type: sqlite, whatever: 1 } }",
		"an unknown version":            "version: v9",
		"keys that conflict":            "version: v3\nteleport: { auth_server: a:3025, proxy_server: b:443 }",
		"a listener mode in capitals":   "auth_service: { proxy_listener_mode: MULTIPLEX }",
		"the log format of old":         "teleport: { log: { format: [level, caller] } }",
		"an unknown recording mode":     "auth_service: { session_recording: sometimes }",
		"hardware keys for sessions":    "auth_service: { authentication: { require_session_mfa: hardware_key_touch } }",
		"a yes for sessions":            "auth_service: { authentication: { require_session_mfa: yes } }",
		"a listed cipher":               "teleport: { ciphers: [aes256-ctr], mac_algos: [hmac-sha2-256], kex_algos: [curve25519-sha256] }",
		"a service of others":           "app_service: { enabled: no, apps: [] }",
	} {
		if _, err := Read([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	const prefix = "failed parsing the config file: yaml: unmarshal errors:  "
	for _, one := range []struct{ name, text, want string }{
		{"an unknown section", "ssh_services: {}", prefix + "line 1: field ssh_services not found in type config.FileConfig"},
		{"an unknown key of teleport", "teleport: { nodenam: a }", prefix + "line 1: field nodenam not found in type config.Global"},
		{"an unknown key of auth", "auth_service:\n  cluster: a", prefix + "line 2: field cluster not found in type config.Auth"},
		{"an unknown key of proxy", "proxy_service: { public: a }", "field public not found in type config.Proxy"},
		{"agent forwarding in ssh", "ssh_service: { forward_agent: no }", "field forward_agent not found in type config.SSH"},
		{"a misplaced key", "ssh_service: { cluster_name: a }", "field cluster_name not found in type config.SSH"},
		{"another misplaced key", "proxy_service: { proxy_listener_mode: multiplex }", "field proxy_listener_mode not found in type config.Proxy"},
		{"a key of join_params", "teleport: { join_params: { token: a } }", "field token not found in type config.JoinParams"},
		{"a key of authentication", "auth_service: { authentication: { webautn: {} } }", "not found in type config.AuthenticationConfig"},
		{"a key of webauthn", "auth_service: { authentication: { webauthn: { rpid: a } } }", "field rpid not found in type config.Webauthn"},
		{"a key of enhanced_recording", "ssh_service: { enhanced_recording: { on: yes } }", "not found in type config.BPF"},
		{"a key of a command", "ssh_service: { commands: [{ cmd: [a] }] }", "field cmd not found in type config.CommandLabel"},
		{"a key of ui", "proxy_service: { ui: { show: a } }", "field show not found in type config.UIConfig"},
		{"a key of acme", "proxy_service: { acme: { on: yes } }", "not found in type config.ACME"},
		{"a key of https_keypairs", "proxy_service: { https_keypairs: [{ key: a }] }", "field key not found in type config.KeyPair"},
		{"a key of log", "teleport: { log: { outputs: a } }", "not found in type config."},
		{"a key of the log format", "teleport: { log: { format: { out: a } } }", "cannot unmarshal !!map into []string"},
		{"a key of session_recording_config", "auth_service: { session_recording_config: { modes: a } }", "not found in type config.SessionRecordingConfig"},
		{"a key of pam", "ssh_service: { pam: { on: yes } }", "not found in type config.PAM"},
		{"a key of x11", "ssh_service: { x11: { on: yes } }", "not found in type config.X11"},
		{"a key of cache", "teleport: { cache: { on: yes } }", "not found in type config.CachePolicy"},
		{"a key twice", "version: v3\nversion: v3", "line 2: field version already set in type config.FileConfig"},
		{"a label twice", "ssh_service:\n  labels:\n    a: b\n    a: c", `line 4: key "a" already set in map`},
		{"a quoted boolean", "ssh_service: { permit_user_env: \"yes\" }", "line 1: cannot unmarshal !!str `yes` into bool"},
		{"a number as boolean", "ssh_service: { port_forwarding: 1 }", "cannot unmarshal !!int `1` into bool"},
		{"days in a Go duration", "ssh_service: { commands: [{ period: 1d }] }", "cannot unmarshal !!str `1d` into time.Duration"},
		{"a string for a list", "ssh_service: { commands: [{ command: a b }] }", "cannot unmarshal !!str `a b` into []string"},
		{"a list for a map", "ssh_service: { labels: [a] }", "cannot unmarshal !!seq into map[string]string"},
		{"a word for a section", "ssh_service: yes", "cannot unmarshal !!bool `yes` into config.SSH"},
		{"a quoted number", "auth_service: { keep_alive_count_max: \"3\" }", "cannot unmarshal !!str `3` into int64"},
		{"a duration without unit", "auth_service: { client_idle_timeout: 30 }", "duration"},
		{"a listener mode", "auth_service: { proxy_listener_mode: both }", "proxy listener mode must be one of separate,multiplex"},
		{"a routing strategy", "auth_service: { routing_strategy: any }", "routing strategy must be one of"},
		{"a second factor", "auth_service: { authentication: { second_factors: [sms] } }", `second factor type "sms" not supported`},
		{"a signature suite", "auth_service: { authentication: { signature_algorithm_suite: rsa } }", "signature_algorithm_suite must be one of"},
		{"a word for sessions", "auth_service: { authentication: { require_session_mfa: maybe } }", "require_session_mfa must be one of"},
		{"a tunnel strategy", "auth_service: { tunnel_strategy: { type: star } }", "unknown tunnel strategy"},
		{"a syntax error", "version: @", "yaml: "},
		{"a second colon", "version: v3: v2", "mapping values are not allowed in this context"},
	} {
		_, err := Read([]byte(one.text))
		if err == nil {
			t.Errorf("%s: accepted", one.name)
			continue
		}
		if !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: got %q, want %q", one.name, err, one.want)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than a line: %q", one.name, err)
		}
	}
}

func TestReadTellsEveryFault(t *testing.T) {
	_, err := Read([]byte("one: 1\ntwo: 2\nssh_service: { permit_user_env: \"no\" }\n"))
	for _, want := range []string{"  line 1: field one", "  line 2: field two", "  line 3: cannot unmarshal"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in %v", want, err)
		}
	}
}

func TestReadRefusesUnknownAlgorithms(t *testing.T) {
	for _, text := range []string{"ciphers: [rot13]", "kex_algos: [hope]", "mac_algos: [md4]"} {
		_, err := Read([]byte("teleport: { " + text + " }"))
		if err == nil || !strings.HasPrefix(err.Error(), "failed to parse Teleport configuration: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestReadFileTellsWhatIsMissing(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.yaml")
	if _, err := ReadFile(missing); err == nil || err.Error() != "file "+missing+" is not found" {
		t.Error(err)
	}
	folder := filepath.Join(t.TempDir(), "teleport.yaml")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(folder); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Error(err)
	}
}
