package config

import (
	"fmt"
	"strings"
)

// systemRoles are the kinds of service that a token can admit, by the word that names each.
var systemRoles = map[string]string{
	"auth": "Auth", "node": "Node", "proxy": "Proxy", "admin": "Admin", "provisiontoken": "ProvisionToken", "signup": "Signup",
	"nop": "Nop", "trusted_cluster": "Trusted_cluster", "trustedcluster": "Trusted_cluster", "remoteproxy": "RemoteProxy",
	"kube": "Kube", "app": "App", "db": "Db", "windowsdesktop": "WindowsDesktop", "windows_desktop": "WindowsDesktop",
	"bot": "Bot", "instance": "Instance", "discovery": "Discovery", "okta": "Okta", "mdm": "MDM", "relay": "Relay",
}

// ParseRoles reads a list such as node,app.
func ParseRoles(text string) ([]string, error) {
	var roles []string
	for _, word := range strings.Split(text, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		role, known := systemRoles[word]
		if !known {
			return nil, fmt.Errorf("role %s is not registered", word)
		}
		if !contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles, nil
}
