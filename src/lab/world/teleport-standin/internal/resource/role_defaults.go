package resource

// fillOptions adds the options that are always there, and drops those that mean nothing when they are false.
func fillOptions(options map[string]interface{}, version string) {
	if record, given := options["record_session"].(map[string]interface{}); given {
		setDefault(record, "default", "best_effort")
		if record["desktop"] == nil {
			record["desktop"] = nil
		}
	}
	defaults := map[string]interface{}{
		"forward_agent":             false,
		"cert_format":               "standard",
		"record_session":            map[string]interface{}{"default": "best_effort", "desktop": true},
		"desktop_clipboard":         true,
		"desktop_directory_sharing": true,
		"pin_source_ip":             false,
		"ssh_file_copy":             true,
		"create_desktop_user":       false,
		"create_db_user":            false,
		"max_session_ttl":           "30h0m0s",
		"enhanced_recording":        []interface{}{"command", "network"},
	}
	if version != "v8" {
		defaults["idp"] = map[string]interface{}{"saml": map[string]interface{}{"enabled": true}}
	}
	if version < "v7" && options["ssh_port_forwarding"] == nil {
		defaults["port_forwarding"] = true
	}
	for key, value := range defaults {
		setDefault(options, key, value)
	}
	if list, ok := options["enhanced_recording"].([]interface{}); ok && len(list) == 0 {
		options["enhanced_recording"] = defaults["enhanced_recording"]
	}
	for _, key := range []string{"permit_x11_forwarding", "disconnect_expired_cert"} {
		if options[key] == false {
			delete(options, key)
		}
	}
	for _, key := range []string{"lock", "client_idle_timeout"} {
		if options[key] == "" || options[key] == "0s" {
			delete(options, key)
		}
	}
}

func fillConditions(allow, deny map[string]interface{}, version string) {
	for _, side := range []map[string]interface{}{allow, deny} {
		for key, value := range side {
			if list, ok := value.([]interface{}); ok && len(list) == 0 {
				delete(side, key)
			}
		}
		setDefault(side, "namespaces", []interface{}{"default"})
	}
	if version == "v3" {
		everything := map[string]interface{}{"*": "*"}
		if len(textsOf(allow["logins"])) > 0 {
			setDefault(allow, "node_labels", everything)
		}
		for _, key := range []string{"app_labels", "kubernetes_labels", "db_labels"} {
			setDefault(allow, key, everything)
		}
	}
}

func setDefault(to map[string]interface{}, key string, value interface{}) {
	if to[key] == nil {
		to[key] = value
	}
}
