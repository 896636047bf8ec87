package resource

import (
	"fmt"

	"teleport-standin/internal/config"
)

var userSpec = object(map[string]shape{
	"roles": texts, "traits": traits, "expires": text, "status": anything, "created_by": anything, "local_auth": anything,
	"oidc_identities": anything, "saml_identities": anything, "github_identities": anything, "trusted_device_ids": texts,
})

func traits(path string, value interface{}) (interface{}, error) {
	given, ok := value.(map[string]interface{})
	if !ok {
		return nil, mismatch(path, value, "object")
	}
	kept := map[string]interface{}{}
	for key, inner := range given {
		if inner == nil {
			kept[key] = []interface{}{}
			continue
		}
		list, err := someTexts(path+"."+key, inner)
		if err != nil {
			return nil, err
		}
		kept[key] = list
	}
	return kept, nil
}

// CheckUser refuses what the real program refuses, and fills in what it fills in.
func CheckUser(user *Resource) error {
	if user.Version == "" {
		user.Version = "v2"
	}
	if user.Version != "v2" {
		return fmt.Errorf("user resource version %v is not supported", user.Version)
	}
	if user.Metadata.Name == "" {
		return fmt.Errorf("missing parameter Name")
	}
	spec, err := userSpec("", user.Spec)
	if err != nil {
		return err
	}
	user.Spec = spec.(map[string]interface{})
	zero := "0001-01-01T00:00:00Z"
	setDefault(user.Spec, "created_by", map[string]interface{}{"time": zero, "user": map[string]interface{}{"name": ""}})
	setDefault(user.Spec, "expires", zero)
	setDefault(user.Spec, "status", map[string]interface{}{
		"is_locked": false, "lock_expires": zero, "locked_time": zero, "recovery_attempt_lock_expires": zero,
	})
	return nil
}

var tokenSpec = object(map[string]shape{
	"roles": texts, "join_method": text, "allow": anything, "suggested_labels": anything, "bot_name": text,
	"suggested_agent_matcher_labels": anything, "aws_iid_ttl": anything, "github": anything, "kubernetes": anything,
	"circleci": anything, "azure": anything, "gitlab": anything, "gcp": anything, "spacelift": anything, "tpm": anything,
	"terraform_cloud": anything, "bitbucket": anything, "oracle": anything, "bound_keypair": anything,
})

// CheckToken refuses what the real program refuses, and fills in what it fills in.
func CheckToken(token *Resource) error {
	if token.Version == "" {
		token.Version = "v2"
	}
	if token.Metadata.Name == "" {
		return fmt.Errorf("missing parameter Name")
	}
	checked, err := tokenSpec("", token.Spec)
	if err != nil {
		return err
	}
	token.Spec = checked.(map[string]interface{})
	setDefault(token.Spec, "join_method", "token")
	given := textsOf(token.Spec["roles"])
	if len(given) == 0 {
		return fmt.Errorf("provisioning token is missing roles")
	}
	roles := []interface{}{}
	for _, one := range given {
		parsed, err := config.ParseRoles(one)
		if err != nil {
			return err
		}
		roles = append(roles, parsed[0])
	}
	token.Spec["roles"] = roles
	return nil
}

var settingSpecs = map[string]shape{
	AuthPreference: object(keysOf("type", "second_factor", "second_factors", "connector_name", "u2f", "webauthn",
		"require_session_mfa", "disconnect_expired_cert", "allow_local_auth", "message_of_the_day", "locking_mode",
		"allow_passwordless", "allow_headless", "device_trust", "idp", "default_session_ttl", "okta", "hardware_key", "piv_slot",
		"signature_algorithm_suite", "stable_unix_user_config")),
	Recording: object(keysOf("mode", "proxy_checks_host_keys", "encryption")),
	Networking: object(keysOf("client_idle_timeout", "keep_alive_interval", "keep_alive_count_max", "session_control_timeout",
		"idle_timeout_message", "web_idle_timeout", "proxy_listener_mode", "routing_strategy", "tunnel_strategy",
		"proxy_ping_interval", "case_insensitive_routing", "ssh_dial_timeout", "assist_command_execution_workers")),
}

// CheckSetting is for the three cluster-wide settings.
func CheckSetting(setting *Resource) error {
	if setting.Version == "" {
		setting.Version = "v2"
	}
	spec, err := settingSpecs[setting.Kind]("", setting.Spec)
	if err != nil {
		return err
	}
	setting.Spec = spec.(map[string]interface{})
	setting.Metadata.Name = map[string]string{
		AuthPreference: "cluster-auth-preference", Recording: "session-recording-config", Networking: "cluster-networking-config",
	}[setting.Kind]
	return nil
}

func keysOf(names ...string) map[string]shape {
	keys := map[string]shape{}
	for _, name := range names {
		keys[name] = anything
	}
	return keys
}
