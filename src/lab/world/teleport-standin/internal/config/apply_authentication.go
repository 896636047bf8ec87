package config

import (
	"fmt"
	"time"
)

// applyAuthentication checks how people log in, and makes the spec of the resource cluster_auth_preference.
func applyAuthentication(given Auth, settings *Settings) error {
	section := given.Authentication
	settings.Auth.Authentication.FromFile = section != nil || given.DisconnectExpiredCert != nil || given.MessageOfTheDay != ""
	if section == nil {
		section = &AuthenticationConfig{}
	}
	kind := section.Type
	if kind == "" {
		kind = "local"
	}
	if !contains([]string{"local", "oidc", "saml", "github"}, kind) {
		return fmt.Errorf("authentication type %q not supported", section.Type)
	}
	factors, err := factorsOf(section)
	if err != nil {
		return err
	}
	if err := checkWebauthn(section, factors); err != nil {
		return err
	}
	if kind == "local" && section.LocalAuth.or(true) && !contains(factors, "otp") && !contains(factors, "webauthn") {
		return fmt.Errorf("missing a local second factor method for local users (otp, webauthn), " +
			"either add a local second factor method or disable local auth")
	}
	if mode := section.LockingMode; mode != "" && mode != "best_effort" && mode != "strict" {
		return fmt.Errorf("locking mode %q not supported", mode)
	}
	if dt := section.DeviceTrust; dt != nil && dt.AutoEnroll != "" {
		if _, err := parseBool(dt.AutoEnroll); err != nil {
			return err
		}
	}
	settings.Auth.Authentication.Spec = authenticationSpec(given, section, kind, factors)
	return nil
}

func factorsOf(section *AuthenticationConfig) ([]string, error) {
	if section.SecondFactor != "" && len(section.SecondFactors) > 0 {
		return nil, fmt.Errorf("must set either SecondFactor or SecondFactors, not both")
	}
	if len(section.SecondFactors) > 0 {
		return section.SecondFactors, nil
	}
	switch section.SecondFactor {
	case "", "otp":
		return []string{"otp"}, nil
	case "webauthn":
		return []string{"webauthn"}, nil
	case "on":
		return []string{"webauthn", "otp"}, nil
	case "off", "optional":
		return nil, fmt.Errorf("cannot disable multi-factor authentication: second_factor %q is no longer supported", section.SecondFactor)
	}
	return nil, fmt.Errorf("second factor type %q not supported", section.SecondFactor)
}

func checkWebauthn(section *AuthenticationConfig, factors []string) error {
	switch {
	case !contains(factors, "webauthn"):
		return nil
	case section.Webauthn == nil:
		return fmt.Errorf("missing required webauthn configuration for second factor type %q", "webauthn")
	case section.Webauthn.RPID == "":
		return fmt.Errorf("webauthn configuration missing rp_id")
	}
	return nil
}

func authenticationSpec(given Auth, section *AuthenticationConfig, kind string, factors []string) map[string]interface{} {
	webauthn := section.Webauthn != nil
	locking := section.LockingMode
	if locking == "" {
		locking = "best_effort"
	}
	// The resource writes the factors as numbers do in the protocol's enumeration: otp 1, webauthn 2, sso 3.
	numbers := []interface{}{}
	for _, factor := range factors {
		numbers = append(numbers, map[string]int{"otp": 1, "webauthn": 2, "sso": 3}[factor])
	}
	ttl := time.Duration(section.DefaultSessionTTL)
	if ttl == 0 {
		ttl = 12 * time.Hour
	}
	spec := map[string]interface{}{
		"type":                    kind,
		"second_factors":          numbers,
		"disconnect_expired_cert": given.DisconnectExpiredCert.or(false),
		"allow_local_auth":        section.LocalAuth.or(true),
		"allow_passwordless":      section.Passwordless.or(webauthn),
		"allow_headless":          section.Headless.or(webauthn),
		"locking_mode":            locking,
		"default_session_ttl":     ttl.String(),
		"idp":                     map[string]interface{}{"saml": map[string]interface{}{"enabled": true}},
	}
	if section.ConnectorName != "" {
		spec["connector_name"] = section.ConnectorName
	}
	if webauthn {
		spec["webauthn"] = map[string]interface{}{"rp_id": section.Webauthn.RPID}
	}
	if given.MessageOfTheDay != "" {
		spec["message_of_the_day"] = given.MessageOfTheDay
	}
	if mfa := section.RequireMFAType; mfa != "" && mfa != "no" {
		spec["require_session_mfa"] = string(mfa)
	}
	if suite := section.SignatureAlgorithmSuite; suite != "" {
		spec["signature_algorithm_suite"] = string(suite)
	}
	return spec
}
