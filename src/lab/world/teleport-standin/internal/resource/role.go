package resource

import (
	"fmt"
	"strings"
)

var roleSpec = object(map[string]shape{"options": roleOptions, "allow": roleConditions, "deny": roleConditions})

var roleOptions = object(map[string]shape{
	"forward_agent": option, "max_session_ttl": duration, "port_forwarding": option, "cert_format": word("standard", "oldssh"),
	"client_idle_timeout": duration, "disconnect_expired_cert": option, "enhanced_recording": listOf(enhancedRecording),
	"permit_x11_forwarding": option, "max_connections": whole, "max_sessions": whole, "request_access": text,
	"request_prompt": text, "require_session_mfa": anything, "lock": text, "desktop_clipboard": option,
	"cert_extensions": anything, "max_kubernetes_connections": whole, "desktop_directory_sharing": option,
	"create_host_user": option, "pin_source_ip": plainBool, "ssh_file_copy": option, "idp": anything,
	"create_desktop_user": option, "device_trust_mode": text, "create_db_user": option, "create_db_user_mode": anything,
	"mfa_verification_interval": duration, "create_host_user_mode": hostUserMode, "create_host_user_default_shell": text,
	"record_session": object(map[string]shape{
		"default": word("strict", "best_effort"), "ssh": word("strict", "best_effort"), "desktop": option,
	}),
	"ssh_port_forwarding": object(map[string]shape{"local": enabledOption, "remote": enabledOption}),
})

var enabledOption = object(map[string]shape{"enabled": option})

var roleConditions = object(conditionKeys())

func conditionKeys() map[string]shape {
	keys := map[string]shape{
		"rules": listOf(rule), "request": anything, "impersonate": anything, "review_requests": anything,
		"require_session_join": listOf(sessionJoin(true)), "join_sessions": listOf(sessionJoin(false)),
		"kubernetes_resources": anything, "spiffe": anything, "github_permissions": anything, "account_assignments": anything,
		"mcp": anything, "logins": texts, "namespaces": texts,
	}
	for _, key := range []string{
		"kubernetes_groups", "kubernetes_users", "db_names", "db_users", "aws_role_arns", "windows_desktop_logins", "host_groups",
		"host_sudoers", "azure_identities", "gcp_service_accounts", "desktop_groups", "db_roles",
	} {
		keys[key] = texts
	}
	for _, key := range []string{
		"node_labels", "app_labels", "cluster_labels", "kubernetes_labels", "db_labels", "db_service_labels",
		"windows_desktop_labels", "group_labels", "workload_identity_labels",
	} {
		keys[key] = labels
		keys[key+"_expression"] = text
	}
	return keys
}

var ruleKeys = object(map[string]shape{"resources": texts, "verbs": texts, "where": text, "actions": texts})

func rule(path string, value interface{}) (interface{}, error) {
	checked, err := ruleKeys(path, value)
	if err != nil {
		return nil, err
	}
	given := checked.(map[string]interface{})
	if len(textsOf(given["resources"])) == 0 {
		return nil, fmt.Errorf("missing resources to match")
	}
	if len(textsOf(given["verbs"])) == 0 {
		return nil, fmt.Errorf("missing verbs")
	}
	if where, ok := given["where"].(string); ok {
		if err := checkWhere(where); err != nil {
			return nil, fmt.Errorf("could not parse 'where' rule: %q, error: %w", where, err)
		}
	}
	return given, nil
}

func sessionJoin(required bool) shape {
	keys := map[string]shape{"name": text, "roles": texts, "kinds": texts, "modes": listOf(word("observer", "moderator", "peer"))}
	if required {
		delete(keys, "roles")
		keys["filter"], keys["count"], keys["on_leave"] = text, whole, word("terminate", "pause")
	}
	return object(keys)
}

func enhancedRecording(path string, value interface{}) (interface{}, error) {
	given, err := text(path, value)
	if err != nil {
		return nil, err
	}
	if given != "command" && given != "disk" && given != "network" {
		return nil, fmt.Errorf("invalid value for role option enhanced_recording: %v", given)
	}
	return given, nil
}

// hostUserMode: drop is read back as insecure-drop; a bare off, which YAML takes for false, is off; a bare true is refused.
func hostUserMode(path string, value interface{}) (interface{}, error) {
	switch value {
	case false, "off":
		return "off", nil
	case "keep":
		return "keep", nil
	case "drop", "insecure-drop":
		return "insecure-drop", nil
	}
	return nil, fmt.Errorf("invalid host user mode %v", value)
}

// CheckRole refuses what the real program refuses, and fills in what it fills in.
func CheckRole(role *Resource) error {
	switch role.Version {
	case "v3", "v4", "v5", "v6", "v7", "v8":
	default:
		return fmt.Errorf("unrecognized role version: %v", role.Version)
	}
	if role.Metadata.Name == "" {
		return fmt.Errorf("missing parameter Name")
	}
	checked, err := roleSpec("", role.Spec)
	if err != nil {
		return err
	}
	spec := checked.(map[string]interface{})
	options, allow, deny := part(spec, "options"), part(spec, "allow"), part(spec, "deny")
	for _, login := range textsOf(allow["logins"]) {
		if login == "*" {
			return fmt.Errorf("wildcard matcher is not allowed in logins")
		}
	}
	for key, value := range deny {
		if strings.HasSuffix(key, "_labels") {
			for label := range value.(map[string]interface{}) {
				if strings.HasPrefix(label, "dynamic/") {
					return fmt.Errorf("role %q: deny rules cannot use dynamic labels (%s)", role.Metadata.Name, label)
				}
			}
		}
	}
	if err := checkEdition(options, allow); err != nil {
		return err
	}
	fillOptions(options, role.Version)
	fillConditions(allow, deny, role.Version)
	role.Spec = spec
	return nil
}

// checkEdition refuses what the community edition refuses.
func checkEdition(options, allow map[string]interface{}) error {
	if sessions, ok := options["max_sessions"].(int); ok && sessions > 0 {
		return fmt.Errorf("role option max_sessions is only available in enterprise subscriptions")
	}
	if access := options["request_access"]; access == "reason" || access == "always" {
		return fmt.Errorf("role option request_access: %v is only available in enterprise subscriptions", access)
	}
	if allow["review_requests"] != nil {
		return fmt.Errorf("role field allow.review_requests is only available in enterprise subscriptions")
	}
	return nil
}

func part(spec map[string]interface{}, key string) map[string]interface{} {
	if given, ok := spec[key].(map[string]interface{}); ok {
		return given
	}
	made := map[string]interface{}{}
	spec[key] = made
	return made
}
