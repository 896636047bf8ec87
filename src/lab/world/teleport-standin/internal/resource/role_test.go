package resource

import (
	"encoding/json"
	"strings"
	"testing"
)

func checked(t *testing.T, text string) (*Resource, error) {
	t.Helper()
	made, err := NewReader([]byte(text)).Next()
	if err != nil {
		return nil, err
	}
	switch made.Kind {
	case Role:
		return made, CheckRole(made)
	case User:
		return made, CheckUser(made)
	case Token:
		return made, CheckToken(made)
	}
	return made, nil
}

func role(spec string) string {
	return "kind: role\nversion: v7\nmetadata: { name: r }\nspec: " + spec
}

func TestRoleComesBackWithDefaults(t *testing.T) {
	made, err := checked(t, role(`
  options:
    max_session_ttl: 8h
    permit_x11_forwarding: false
    disconnect_expired_cert: false
    create_host_user_mode: off
    record_session: { ssh: strict }
  allow: { node_labels: { fleet: [dgx], role: [a, b] }, logins: [] }
`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(made.Spec)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"allow":{"namespaces":["default"],"node_labels":{"fleet":"dgx","role":["a","b"]}},"deny":{"namespaces":["default"]},` +
		`"options":{"cert_format":"standard","create_db_user":false,"create_desktop_user":false,"create_host_user_mode":"off",` +
		`"desktop_clipboard":true,"desktop_directory_sharing":true,"enhanced_recording":["command","network"],"forward_agent":false,` +
		`"idp":{"saml":{"enabled":true}},"max_session_ttl":"8h0m0s","pin_source_ip":false,` +
		`"record_session":{"default":"best_effort","desktop":null,"ssh":"strict"},"ssh_file_copy":true}}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestRoleOfVersion8HasNoIdP(t *testing.T) {
	made, err := checked(t, strings.Replace(role("{}"), "v7", "v8", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, given := made.Spec["options"].(map[string]interface{})["idp"]; given {
		t.Error("idp is there")
	}
}

func TestRefuses(t *testing.T) {
	for _, one := range []struct{ name, text, want string }{
		{"no kind", "metadata: { name: r }", "no 'kind' field"},
		{"a key beside spec", "kind: role\nversion: v7\nspecs: {}", `unknown field "specs"`},
		{"a key of metadata", "kind: role\nversion: v7\nmetadata: { nam: r }", `unknown field "nam"`},
		{"a number for a name", "kind: role\nversion: v7\nmetadata: { name: 5 }", "cannot unmarshal number"},
		{"no name", "kind: role\nversion: v7\nspec: {}", "missing parameter Name"},
		{"a version", "kind: role\nversion: v9\nmetadata: { name: r }\nspec: {}", "unrecognized role version"},
		{"no version", "kind: role\nmetadata: { name: r }\nspec: {}", "unrecognized role version"},
		{"a key of spec", role("{ option: {} }"), `unknown field "option"`},
		{"an option", role("{ options: { session_ttl: 8h } }"), `unknown field "session_ttl"`},
		{"a condition", role("{ allow: { login: [a] } }"), `unknown field "login"`},
		{"text for a list", role("{ allow: { logins: a } }"), "cannot unmarshal string"},
		{"a number as label", role("{ allow: { node_labels: { a: 5 } } }"), "cannot unmarshal number"},
		{"a duration", role("{ options: { max_session_ttl: soon } }"), "invalid duration"},
		{"recording", role("{ options: { enhanced_recording: [keys] } }"), "enhanced_recording"},
		{"a wildcard login", role(`{ allow: { logins: ["*"] } }`), "wildcard matcher is not allowed in logins"},
		{"rules without verbs", role("{ allow: { rules: [{ resources: [event] }] } }"), "missing verbs"},
		{"rules without resources", role("{ allow: { rules: [{ verbs: [list] }] } }"), "missing resources"},
		{"where", role("{ allow: { rules: [{ resources: [event], verbs: [list], where: 'contains(a,' }] } }"), "could not parse 'where' rule"},
		{"a bare true", role("{ options: { create_host_user_mode: on } }"), "invalid host user mode"},
		{"a dynamic label in deny", role("{ deny: { node_labels: { dynamic/a: b } } }"), "dynamic label"},
		{"a join mode", role("{ allow: { join_sessions: [{ name: a, modes: [watcher] }] } }"), "must be one of observer, moderator, peer"},
		{"the enterprise edition's", role("{ options: { max_sessions: 2 } }"), "only available in enterprise"},
		{"a user's key", "kind: user\nmetadata: { name: u }\nspec: { role: [a] }", `unknown field "role"`},
		{"a token without roles", "kind: token\nmetadata: { name: t }\nspec: {}", "missing roles"},
		{"a token's role", "kind: token\nmetadata: { name: t }\nspec: { roles: [noode] }", "is not registered"},
		{"no map", "- a", "a resource is a map"},
	} {
		made, err := checked(t, one.text)
		if err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: got %v (%+v), want %q", one.name, err, made, one.want)
		}
	}
}

func TestHostUserModeIsReadBackByItsFullName(t *testing.T) {
	made, err := checked(t, role("{ options: { create_host_user_mode: drop } }"))
	if err != nil {
		t.Fatal(err)
	}
	if got := made.Spec["options"].(map[string]interface{})["create_host_user_mode"]; got != "insecure-drop" {
		t.Error(got)
	}
}

func TestWhereAccepts(t *testing.T) {
	for _, text := range []string{
		`!contains(session_tracker.participants, user.metadata.name)`,
		`equals(resource.metadata.labels["env"], "prod") && (a == "b" || !f())`,
	} {
		if err := checkWhere(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
