package config

import (
	"fmt"
	"strings"
)

// The types of this file take one of a few words and refuse all others while the file is parsed.

// ProxyListenerMode is whether clients use one port or several.
type ProxyListenerMode string

// UnmarshalYAML reads it, in any case.
func (m *ProxyListenerMode) UnmarshalYAML(unmarshal func(interface{}) error) error {
	word, err := oneOf(unmarshal, "proxy listener mode", strings.ToLower, "separate", "multiplex")
	*m = ProxyListenerMode(word)
	return err
}

// RoutingStrategy is which of several nodes of one name is meant.
type RoutingStrategy string

// UnmarshalYAML reads it.
func (r *RoutingStrategy) UnmarshalYAML(unmarshal func(interface{}) error) error {
	word, err := oneOf(unmarshal, "routing strategy", nil, "unambiguous_match", "most_recent")
	*r = RoutingStrategy(word)
	return err
}

// SignatureAlgorithmSuite is the kind of the cluster's keys.
type SignatureAlgorithmSuite string

// UnmarshalYAML reads it.
func (s *SignatureAlgorithmSuite) UnmarshalYAML(unmarshal func(interface{}) error) error {
	word, err := oneOf(unmarshal, "signature_algorithm_suite", nil, "", "legacy", "balanced-v1", "fips-v1", "hsm-v1")
	*s = SignatureAlgorithmSuite(word)
	return err
}

// SecondFactors is the list of second factors.
type SecondFactors []string

// UnmarshalYAML reads it.
func (s *SecondFactors) UnmarshalYAML(unmarshal func(interface{}) error) error {
	var words []string
	if err := unmarshal(&words); err != nil {
		return err
	}
	for _, word := range words {
		if word != "otp" && word != "webauthn" && word != "sso" {
			return fmt.Errorf("second factor type %q not supported, must be one of otp, webauthn, sso", word)
		}
	}
	*s = words
	return nil
}

// RequireMFAType is whether each session asks for a second factor: yes, no, or a word about hardware keys.
type RequireMFAType string

// UnmarshalYAML reads a boolean or a word.
func (r *RequireMFAType) UnmarshalYAML(unmarshal func(interface{}) error) error {
	var on bool
	if unmarshal(&on) == nil {
		*r = RequireMFAType(map[bool]string{true: "yes", false: "no"}[on])
		return nil
	}
	word, err := oneOf(unmarshal, "require_session_mfa", nil, "", "yes", "no", "hardware_key", "hardware_key_touch",
		"hardware_key_pin", "hardware_key_touch_and_pin")
	*r = RequireMFAType(word)
	return err
}

// TunnelStrategy is how agents choose proxies.
type TunnelStrategy struct {
	Type                 string `yaml:"type"`
	AgentConnectionCount int    `yaml:"agent_connection_count,omitempty"`
}

// UnmarshalYAML reads it; a count belongs to proxy_peering alone.
func (t *TunnelStrategy) UnmarshalYAML(unmarshal func(interface{}) error) error {
	type plain TunnelStrategy
	if err := unmarshal((*plain)(t)); err != nil {
		return err
	}
	switch {
	case t.Type != "agent_mesh" && t.Type != "proxy_peering":
		return fmt.Errorf("unknown tunnel strategy: %q, must be agent_mesh or proxy_peering", t.Type)
	case t.Type == "agent_mesh" && t.AgentConnectionCount != 0:
		return fmt.Errorf("field agent_connection_count not found in type types.AgentMeshTunnelStrategy")
	}
	return nil
}

func oneOf(unmarshal func(interface{}) error, what string, fold func(string) string, words ...string) (string, error) {
	var word string
	if err := unmarshal(&word); err != nil {
		return "", err
	}
	if fold != nil {
		word = fold(word)
	}
	for _, known := range words {
		if word == known {
			return word, nil
		}
	}
	return "", fmt.Errorf("%s must be one of %s; got %q", what, strings.Trim(strings.Join(words, ","), ","), word)
}
