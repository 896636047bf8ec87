package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func applyAuth(file *FileConfig, settings *Settings) error {
	given := file.Auth
	settings.Auth.Enabled = given.Enabled()
	if !settings.Auth.Enabled {
		return nil
	}
	listen, err := addrOr(given.ListenAddress, authPort, "0.0.0.0:3025")
	if err != nil {
		return err
	}
	settings.Auth.ListenAddr = listen
	if settings.Auth.ClusterName = given.ClusterName; given.ClusterName == "" {
		settings.Auth.ClusterName = settings.NodeName
	}
	settings.Auth.MessageOfDay, settings.Auth.LoadAllCAs = given.MessageOfTheDay != "", given.LoadAllCAs
	if err := checkProxyProtocol(given.ProxyProtocol); err != nil {
		return err
	}
	if _, err := parseAddrs(given.PublicAddr, authPort); err != nil {
		return err
	}
	for _, step := range []func(Auth, *Settings) error{
		applyStaticTokens, applyAuthentication, applyRecording, applyNetworking, checkKeyParams,
	} {
		if err := step(given, settings); err != nil {
			return err
		}
	}
	return nil
}

func checkProxyProtocol(value string) error {
	if value != "" && value != "on" && value != "off" {
		return fmt.Errorf("invalid 'proxy_protocol' value %q. Available options are: %q, %q", value, "on", "off")
	}
	return nil
}

func applyStaticTokens(given Auth, settings *Settings) error {
	for _, spec := range given.StaticTokens {
		roles, value, ok := strings.Cut(spec, ":")
		if !ok {
			return fmt.Errorf("invalid static token spec: %q", spec)
		}
		parsed, err := ParseRoles(roles)
		if err != nil {
			return err
		}
		if contains(parsed, "Bot") {
			return fmt.Errorf("role %q is not allowed in a static token", "Bot")
		}
		if filepath.IsAbs(value) {
			text, err := os.ReadFile(value)
			if err != nil {
				return err
			}
			value = strings.TrimSpace(string(text))
		}
		for _, token := range strings.Split(value, "\n") {
			settings.Auth.StaticTokens = append(settings.Auth.StaticTokens, StaticToken{Roles: parsed, Token: token})
		}
	}
	return nil
}

func applyRecording(given Auth, settings *Settings) error {
	mode, checks, encrypted := given.SessionRecording, given.ProxyChecksHostKeys, false
	if config := given.SessionRecordingConfig; config != nil {
		if mode != "" {
			return fmt.Errorf("cannot set both session_recording and session_recording_config, prefer session_recording_config.mode")
		}
		if checks != nil {
			return fmt.Errorf("cannot set both proxy_checks_host_keys and session_recording_config, " +
				"prefer session_recording_config.proxy_checks_host_keys")
		}
		mode, checks = config.Mode, config.ProxyChecksHostKeys
		encrypted = config.Encryption != nil && config.Encryption.Enabled
	}
	settings.Auth.Recording.FromFile = mode != "" || checks != nil || given.SessionRecordingConfig != nil
	if mode == "" {
		mode = "node"
	}
	if !contains([]string{"node", "proxy", "off", "node-sync", "proxy-sync"}, mode) {
		return fmt.Errorf("session recording mode must be one of node,proxy,off,node-sync,proxy-sync; got %q", mode)
	}
	spec := map[string]interface{}{"mode": mode, "proxy_checks_host_keys": checks.or(true)}
	if encrypted {
		spec["encryption"] = map[string]interface{}{"enabled": true}
	}
	settings.Auth.Recording.Spec = spec
	return nil
}

func applyNetworking(given Auth, settings *Settings) error {
	mode := map[ProxyListenerMode]int{"": 0, "separate": 0, "multiplex": 1}[given.ProxyListenerMode]
	settings.Auth.ListenerMode = []string{"separate", "multiplex"}[mode]
	settings.Auth.Networking.FromFile = given.ClientIdleTimeout != 0 || given.KeepAliveInterval != 0 ||
		given.KeepAliveCountMax != 0 || given.SessionControlTimeout != 0 || given.ClientIdleMessage != "" ||
		given.WebIdleTimeout != 0 || given.ProxyListenerMode != "" || given.RoutingStrategy != "" ||
		given.TunnelStrategy != nil || given.ProxyPingInterval != 0 || given.CaseInsensitiveRouting || given.SSHDialTimeout != 0
	keepAlive := given.KeepAliveCountMax
	if keepAlive == 0 {
		keepAlive = 3
	}
	spec := map[string]interface{}{
		"client_idle_timeout":     seconds(given.ClientIdleTimeout, 0),
		"keep_alive_interval":     seconds(given.KeepAliveInterval, 5*time.Minute),
		"keep_alive_count_max":    keepAlive,
		"session_control_timeout": seconds(given.SessionControlTimeout, 0),
		"idle_timeout_message":    given.ClientIdleMessage,
		"web_idle_timeout":        seconds(given.WebIdleTimeout, 0),
		"proxy_listener_mode":     mode,
		"routing_strategy":        map[RoutingStrategy]int{"most_recent": 1}[given.RoutingStrategy],
		"tunnel_strategy":         map[string]interface{}{"type": "agent_mesh"},
	}
	if given.TunnelStrategy != nil {
		spec["tunnel_strategy"] = map[string]interface{}{"type": given.TunnelStrategy.Type}
	}
	if given.CaseInsensitiveRouting {
		spec["case_insensitive_routing"] = true
	}
	settings.Auth.Networking.Spec = spec
	return nil
}

func checkKeyParams(given Auth, _ *Settings) error {
	params := given.CAKeyParams
	if params == nil {
		return nil
	}
	set := []string{}
	for _, one := range []struct {
		key   string
		given bool
	}{{"pkcs11", params.PKCS11 != nil}, {"gcp_kms", params.GoogleKMS != nil}, {"aws_kms", params.AWSKMS != nil}} {
		if one.given {
			set = append(set, one.key)
		}
	}
	switch {
	case len(set) > 1:
		return fmt.Errorf("cannot set both %s and %s in ca_key_params", set[0], set[1])
	case len(set) == 1:
		return fmt.Errorf("the stand-in keeps its keys in data_dir; it does not play ca_key_params.%s", set[0])
	}
	return nil
}
