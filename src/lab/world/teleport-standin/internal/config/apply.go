package config

import (
	"fmt"
	"strings"
)

// Apply is the second stage, that of `teleport start`: it refuses what conflicts and what does not exist, in the real order.
func Apply(file *FileConfig) (*Settings, error) {
	settings := &Settings{}
	for _, step := range []func(*FileConfig, *Settings) error{
		applyVersion, applyServers, applyGlobal, applyAuth, applyProxy, applySSH, refuseOthers,
	} {
		if err := step(file, settings); err != nil {
			return nil, err
		}
	}
	return settings, nil
}

// Validate is the end of the second stage: what must hold for a process that is to run.
func (s *Settings) Validate() error {
	switch {
	case s.DataDir == "":
		return fmt.Errorf("config: please supply data directory")
	case !s.Auth.Enabled && !s.Proxy.Enabled && !s.SSH.Enabled:
		return fmt.Errorf("config: enable at least one of auth_service, ssh_service, proxy_service, app_service, " +
			"database_service, kubernetes_service, windows_desktop_service, discovery_service, okta_service or jamf_service")
	case s.ProxyServer != "" && s.Proxy.Enabled:
		return fmt.Errorf("config: proxy_server can not be specified when proxy service is enabled")
	case s.ProxyServer != "" && s.Auth.Enabled:
		return fmt.Errorf("config: cannot use both auth_server and proxy_server")
	case s.Version == "v3" && !s.Auth.Enabled && s.ProxyServer == "" && len(s.AuthServers) == 0:
		return fmt.Errorf("config: auth_server or proxy_server is required")
	case s.Proxy.Enabled && !s.Auth.Enabled:
		return fmt.Errorf("the stand-in plays a proxy only in one process with its auth service")
	}
	return nil
}

func applyVersion(file *FileConfig, settings *Settings) error {
	switch file.Version {
	case "":
		settings.Version = "v1"
	case "v1", "v2", "v3":
		settings.Version = file.Version
	default:
		return fmt.Errorf("version must be one of %s", strings.Join([]string{"v1", "v2", "v3"}, ", "))
	}
	return nil
}

func applyServers(file *FileConfig, settings *Settings) error {
	given, version := file.Global, settings.Version
	if given.AdvertiseIP != "" {
		if _, err := parseAddr(given.AdvertiseIP, sshPort); err != nil {
			return err
		}
		settings.AdvertiseIP = given.AdvertiseIP
	}
	if version == "v3" {
		if len(given.AuthServers) > 0 {
			return fmt.Errorf("config v3 has replaced auth_servers with either auth_server or proxy_server")
		}
		return applyServersV3(given, settings)
	}
	for _, one := range []struct{ key, value string }{{"auth_server", given.AuthServer}, {"proxy_server", given.ProxyServer}} {
		if one.value != "" {
			return fmt.Errorf("%s is supported from config version v3 onwards", one.key)
		}
	}
	servers, err := parseAddrs(given.AuthServers, authPort)
	settings.AuthServers = servers
	return err
}

func applyServersV3(given Global, settings *Settings) error {
	if given.AuthServer != "" && given.ProxyServer != "" {
		return fmt.Errorf("only one of auth_server or proxy_server should be set")
	}
	if given.AuthServer != "" {
		addr, err := parseAddr(given.AuthServer, authPort)
		if err != nil {
			return err
		}
		if port := portOf(addr); port == webPort || port == 443 {
			settings.warn("auth_server: %s looks like the address of a proxy; use proxy_server instead", addr)
		}
		settings.AuthServers = []string{addr}
	}
	if given.ProxyServer != "" {
		addr, err := parseAddr(given.ProxyServer, webPort)
		if err != nil {
			return err
		}
		if portOf(addr) == authPort {
			settings.warn("proxy_server: %s looks like the address of an auth server; use auth_server instead", addr)
		}
		settings.ProxyServer = addr
	}
	return nil
}

func (s *Settings) warn(format string, args ...interface{}) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

// refuseOthers stops at what the real program can run and the stand-in cannot.
func refuseOthers(file *FileConfig, settings *Settings) error {
	if err := checkRelay(file.Relay); err != nil {
		return err
	}
	onlyAuth := settings.ProxyServer == "" && len(settings.AuthServers) > 0
	for name, section := range map[string]OtherService{"app_service": file.Apps, "db_service": file.Databases} {
		if flagOn(section.EnabledFlag) && onlyAuth && settings.Version == "v3" {
			return fmt.Errorf("config: when %s is enabled, proxy_server must be specified instead of auth_server", name)
		}
	}
	for name, on := range map[string]bool{
		"kubernetes_service":      flagOn(file.Kube.EnabledFlag),
		"app_service":             flagOn(file.Apps.EnabledFlag),
		"db_service":              flagOn(file.Databases.EnabledFlag),
		"windows_desktop_service": flagOn(file.WindowsDesktop.EnabledFlag),
		"discovery_service":       flagOn(file.Discovery.EnabledFlag),
		"okta_service":            flagOn(file.Okta.EnabledFlag),
		"jamf_service":            flagOn(file.Jamf.EnabledFlag),
		"tracing_service":         flagOn(file.Tracing.EnabledFlag),
		"metrics_service":         flagOn(file.Metrics.EnabledFlag),
		"plugin_service":          file.Plugins.Enabled,
		"access_graph":            file.AccessGraph.Enabled,
		"relay_service":           file.Relay.Enabled,
	} {
		if on {
			return fmt.Errorf("the stand-in does not play %s", name)
		}
	}
	return nil
}

func checkRelay(relay RelayService) error {
	if !relay.Enabled {
		return nil
	}
	for _, key := range []string{
		"relay_group", "target_connection_count", "public_hostnames", "transport_listen_addr", "peer_listen_addr", "tunnel_listen_addr",
	} {
		if relay.Rest[key] == nil {
			return fmt.Errorf("relay_service: %s is required when the service is enabled", key)
		}
	}
	return nil
}
