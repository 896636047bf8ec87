package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// agent and bastion are the files that the roles write, in short.
const agentFile = `version: v3
teleport:
  nodename: dgx-01
  proxy_server: teleport.example.com:443
  join_params: { method: token, token_name: /var/lib/teleport/join-token }
auth_service: { enabled: "no" }
proxy_service: { enabled: "no" }
ssh_service:
  enabled: "yes"
  labels: { fleet: dgx, vendor-access: "true" }
  commands: [{ name: gpus, command: [sh, -c, "echo 8"], period: 1h0m0s }]
  enhanced_recording: { enabled: true }
`

func applied(t *testing.T, text string) (*Settings, error) {
	t.Helper()
	file, err := Read([]byte(text))
	if err != nil {
		t.Fatalf("the first stage refused %q: %v", text, err)
	}
	settings, err := Apply(file)
	if err != nil {
		return nil, err
	}
	return settings, settings.Validate()
}

func TestApplyAcceptsWhatTheRolesWrite(t *testing.T) {
	agent, err := applied(t, agentFile)
	if err != nil {
		t.Fatal(err)
	}
	if agent.ProxyServer != "teleport.example.com:443" || agent.DataDir != "/var/lib/teleport" || !agent.DebugSocket ||
		agent.SSH.Labels["fleet"] != "dgx" || agent.JoinMethod != "token" || agent.Auth.Enabled || agent.Proxy.Enabled {
		t.Errorf("%+v", agent)
	}
	bastion, err := applied(t, `version: v3
teleport: { nodename: bastion-host, data_dir: /data }
auth_service: { cluster_name: prod, proxy_listener_mode: multiplex, session_recording: node-sync, client_idle_timeout: 30m }
proxy_service: { public_addr: teleport.example.com:443 }
ssh_service: { enabled: "no" }
`)
	if err != nil {
		t.Fatal(err)
	}
	if bastion.Auth.ListenAddr != "0.0.0.0:3025" || bastion.Proxy.WebListen != "0.0.0.0:3080" || bastion.Proxy.TunnelListen != "" ||
		bastion.Auth.Recording.Spec["mode"] != "node-sync" || !bastion.Auth.Recording.FromFile || bastion.Auth.Authentication.FromFile {
		t.Errorf("%+v", bastion)
	}
}

func TestApplyFillsInWhatTheRealOneFillsIn(t *testing.T) {
	for _, one := range []struct {
		name, text string
		holds      func(*Settings) bool
	}{
		{"no version is v1", "", func(s *Settings) bool { return s.Version == "v1" && s.Proxy.TunnelListen == "0.0.0.0:3024" }},
		{"an empty file starts all three", "", func(s *Settings) bool { return s.Auth.Enabled && s.Proxy.Enabled && s.SSH.Enabled }},
		{"a port left out", strings.Replace(agentFile, ":443", "", 1), func(s *Settings) bool { return s.ProxyServer == "teleport.example.com:3080" }},
		{"a scheme", strings.Replace(agentFile, "teleport.example.com:443", "https://a:443", 1), func(s *Settings) bool { return s.ProxyServer == "a:443" }},
		{"a public address without port", "version: v3\nproxy_service: { public_addr: a, web_listen_addr: \"0.0.0.0:8443\" }", func(s *Settings) bool { return s.Proxy.PublicAddrs[0] == "a:8443" }},
		{"a misspelt flag means off", "version: v3\nssh_service: { enabled: ture }", func(s *Settings) bool { return !s.SSH.Enabled }},
		{"a cluster without name", "teleport: { nodename: n }", func(s *Settings) bool { return s.Auth.ClusterName == "n" }},
		{"a static token", "auth_service: { tokens: [\"node,proxy:abc\"] }", func(s *Settings) bool {
			return len(s.Auth.StaticTokens) == 1 && s.Auth.StaticTokens[0].Token == "abc" && s.Auth.StaticTokens[0].Roles[1] == "Proxy"
		}},
		{"an auth server that looks like a proxy", "version: v3\nauth_service: {enabled: no}\nproxy_service: {enabled: no}\nteleport: { auth_server: \"a:443\" }", func(s *Settings) bool { return len(s.Warnings) == 1 }},
	} {
		settings, err := applied(t, one.text)
		if err != nil {
			t.Errorf("%s: %v", one.name, err)
		} else if !one.holds(settings) {
			t.Errorf("%s: %+v", one.name, settings)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "pin")
	if err := os.WriteFile(empty, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const off = "auth_service: {enabled: no}\nproxy_service: {enabled: no}\n"
	auth := func(text string) string { return "version: v3\nauth_service: { " + text + " }" }
	login := func(text string) string { return auth("authentication: { " + text + " }") }
	proxy := func(text string) string { return "version: v3\nproxy_service: { " + text + " }" }
	teleport := func(text string) string { return "version: v3\nteleport: { " + text + " }" }
	for _, one := range []struct{ name, text, want string }{
		{"a version", "version: v4", "version must be one of v1, v2, v3"},
		{"auth_servers in v3", teleport(`auth_servers: ["a:3025"]`), "has replaced auth_servers with"},
		{"auth_server in v2", "version: v2\nteleport: { auth_server: a }", "auth_server is supported from config version v3 onwards"},
		{"proxy_server in v1", "teleport: { proxy_server: a }", "proxy_server is supported from config version v3 onwards"},
		{"both servers", teleport("auth_server: a, proxy_server: b"), "only one of auth_server or proxy_server"},
		{"proxy_server beside a proxy", teleport("proxy_server: b"), "proxy_server can not be specified when proxy service is enabled"},
		{"proxy_server beside auth", teleport("proxy_server: b") + "\nproxy_service: { enabled: no }", "cannot use both auth_server and proxy_server"},
		{"no server", "version: v3\n" + off, "auth_server or proxy_server is required"},
		{"no service", "version: v3\n" + off + "ssh_service: { enabled: no }", "enable at least one of auth_service, ssh_service"},
		{"a token twice", teleport("auth_token: a, join_params: { method: token, token_name: b }"), "only one of auth_token or join_params should be set"},
		{"no method", teleport("join_params: { token_name: b }"), "join method must be one of"},
		{"a method", teleport("join_params: { method: password }"), "join method must be one of"},
		{"an empty pin file", teleport("ca_pin: " + empty), "empty ca_pin file"},
		{"a missing pin file", teleport("ca_pin: /none/of/that"), "no such file"},
		{"a severity", teleport("log: { severity: loud }"), "unsupported logger severity"},
		{"a log format", teleport("log: { format: { output: xml } }"), "unsupported log output format"},
		{"a diagnostic address", teleport("diag_addr: a"), "missing port in address"},
		{"a relay without port", teleport("relay_server: a"), "missing port in address"},
		{"a scheme", teleport("auth_server: ftp://a"), "unsupported scheme"},
		{"recording twice", auth("session_recording: node, session_recording_config: { mode: node }"), "prefer session_recording_config.mode"},
		{"host keys twice", auth("proxy_checks_host_keys: yes, session_recording_config: { mode: node }"), "prefer session_recording_config.proxy_checks_host_keys"},
		{"a recording mode", auth("session_recording: sync"), "session recording mode must be one of node,proxy,off,node-sync,proxy-sync; got"},
		{"a proxy protocol", auth("proxy_protocol: maybe"), "invalid 'proxy_protocol' value"},
		{"a bare boolean is text here", proxy("proxy_protocol: yes"), "invalid 'proxy_protocol' value"},
		{"a static token", auth("tokens: [abc]"), "invalid static token spec"},
		{"a bot's static token", auth(`tokens: ["bot:abc"]`), "is not allowed in a static token"},
		{"two key stores", auth("ca_key_params: { pkcs11: { module_path: a }, gcp_kms: { keyring: b } }"), "cannot set both"},
		{"factors twice", login("second_factor: otp, second_factors: [otp]"), "must set either SecondFactor or SecondFactors"},
		{"a factor", login("second_factor: sms"), "second factor type"},
		{"no factor", login("second_factor: off"), "cannot disable multi-factor authentication"},
		{"an optional factor", login("second_factor: optional"), "cannot disable multi-factor authentication"},
		{"no local factor", login("second_factors: [sso]"), "missing a local second factor method for local users"},
		{"no webauthn section", login("second_factors: [webauthn]"), "missing required webauthn configuration"},
		{"no rp_id", login("second_factors: [webauthn], webauthn: {}"), "webauthn configuration missing rp_id"},
		{"a type", login("type: ldap"), "authentication type"},
		{"a locking mode", login("locking_mode: soft"), "locking mode"},
		{"an auto enroll word", login("device_trust: { auto_enroll: perhaps }"), "unsupported value"},
		{"resources of the page", proxy("ui: { show_resources: all }"), "show resources"},
		{"kube without listener", proxy(`kube_public_addr: "a:1"`), "kube_listen_addr must be set when kube_public_addr is set"},
		{"peer without listener", proxy(`peer_public_addr: "a:1"`), "peer_listen_addr must be set when peer_public_addr is set"},
		{"a missing key", proxy("https_keypairs: [{ key_file: /none/key, cert_file: /none/cert }]"), "https private key does not exist"},
		{"an acme word", proxy("acme: { enabled: perhaps }"), "unsupported value"},
		{"an x11 word", "version: v3\nssh_service: { x11: { enabled: perhaps } }", "unsupported value"},
		{"x11 displays", "version: v3\nssh_service: { x11: { enabled: yes, max_display: 5 } }", "cannot be smaller"},
		{"a label key", "version: v3\nssh_service: { labels: { \"a b\": c } }", "invalid label key"},
		{"a relay without group", "version: v3\nrelay_service: { enabled: true }", "relay_group is required"},
		{"a service that is not played", "version: v3\napp_service: { enabled: yes }", "the stand-in does not play app_service"},
		{"an application with auth_server", teleport("auth_server: a") + "\n" + off + "app_service: { enabled: yes }", "proxy_server must be specified instead"},
	} {
		_, err := applied(t, one.text)
		if err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: got %v, want %q", one.name, err, one.want)
		}
	}
}
