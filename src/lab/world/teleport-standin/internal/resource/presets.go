package resource

// Presets are the roles that every cluster has.
func Presets() []*Resource {
	mark := map[string]string{"teleport.internal/resource-type": "preset"}
	made := []*Resource{
		preset("access", "Access cluster resources", map[string]interface{}{
			"options": map[string]interface{}{
				"forward_agent": true, "port_forwarding": true, "max_session_ttl": "30h0m0s",
				"enhanced_recording": list("command", "network"), "record_session": map[string]interface{}{"desktop": true},
			},
			"allow": map[string]interface{}{
				"logins":      list("{{internal.logins}}"),
				"node_labels": map[string]interface{}{"*": "*"},
				"rules": []interface{}{
					map[string]interface{}{"resources": list("event"), "verbs": list("list", "read")},
					map[string]interface{}{
						"resources": list("session"), "verbs": list("read", "list"),
						"where": "contains(session.participants, user.metadata.name)",
					},
				},
			},
		}),
		preset("editor", "Edit cluster configuration", map[string]interface{}{
			"options": map[string]interface{}{"forward_agent": true, "max_session_ttl": "30h0m0s"},
			"allow": map[string]interface{}{"rules": []interface{}{map[string]interface{}{
				"resources": list("user", "role", "bot", "token", "oidc", "saml", "github", "cluster_audit_config",
					"cluster_auth_preference", "cluster_networking_config", "session_recording_config", "trusted_cluster"),
				"verbs": list("list", "create", "read", "update", "delete"),
			}}},
		}),
		preset("auditor", "Review cluster events and replay sessions", map[string]interface{}{
			"options": map[string]interface{}{"max_session_ttl": "30h0m0s"},
			"allow": map[string]interface{}{
				"logins": list("no-login-" + UUID()),
				"rules": []interface{}{
					map[string]interface{}{"resources": list("session"), "verbs": list("list", "read")},
					map[string]interface{}{"resources": list("event"), "verbs": list("list", "read")},
					map[string]interface{}{"resources": list("session_tracker"), "verbs": list("list", "read")},
				},
			},
		}),
	}
	for _, role := range made {
		role.Metadata.Labels = mark
	}
	return made
}

func preset(name, description string, spec map[string]interface{}) *Resource {
	role := &Resource{Kind: Role, Version: "v7", Metadata: Metadata{Name: name, Description: description}, Spec: spec}
	if err := CheckRole(role); err != nil {
		panic(err)
	}
	role.Touch()
	return role
}

func list(words ...string) []interface{} {
	all := []interface{}{}
	for _, word := range words {
		all = append(all, word)
	}
	return all
}
