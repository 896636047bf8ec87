package config

import "time"

// AuthenticationConfig is `auth_service.authentication`.
type AuthenticationConfig struct {
	Type                    string                  `yaml:"type"`
	SecondFactor            string                  `yaml:"second_factor,omitempty"`
	SecondFactors           SecondFactors           `yaml:"second_factors,omitempty"`
	ConnectorName           string                  `yaml:"connector_name,omitempty"`
	U2F                     *UniversalSecondFactor  `yaml:"u2f,omitempty"`
	Webauthn                *Webauthn               `yaml:"webauthn,omitempty"`
	RequireMFAType          RequireMFAType          `yaml:"require_session_mfa,omitempty"`
	LockingMode             string                  `yaml:"locking_mode,omitempty"`
	LocalAuth               *BoolOption             `yaml:"local_auth"`
	Passwordless            *BoolOption             `yaml:"passwordless"`
	Headless                *BoolOption             `yaml:"headless"`
	AllowBrowser            *BoolOption             `yaml:"allow_browser_authentication,omitempty"`
	DeviceTrust             *DeviceTrust            `yaml:"device_trust,omitempty"`
	DefaultSessionTTL       Duration                `yaml:"default_session_ttl"`
	PIVSlot                 string                  `yaml:"piv_slot,omitempty"`
	HardwareKey             *HardwareKey            `yaml:"hardware_key,omitempty"`
	SignatureAlgorithmSuite SignatureAlgorithmSuite `yaml:"signature_algorithm_suite"`
	StableUNIXUserConfig    *StableUNIXUserConfig   `yaml:"stable_unix_user_config,omitempty"`
}

// UniversalSecondFactor is the forerunner of Webauthn.
type UniversalSecondFactor struct {
	AppID                string   `yaml:"app_id"`
	Facets               []string `yaml:"facets"`
	DeviceAttestationCAs []string `yaml:"device_attestation_cas"`
}

// Webauthn names the party that keys are registered with.
type Webauthn struct {
	RPID                  string   `yaml:"rp_id,omitempty"`
	AttestationAllowedCAs []string `yaml:"attestation_allowed_cas,omitempty"`
	AttestationDeniedCAs  []string `yaml:"attestation_denied_cas,omitempty"`
	Disabled              bool     `yaml:"disabled,omitempty"`
}

// DeviceTrust is enterprise only.
type DeviceTrust struct {
	Mode             string   `yaml:"mode,omitempty"`
	AutoEnroll       string   `yaml:"auto_enroll,omitempty"`
	EKCertAllowedCAs []string `yaml:"ekcert_allowed_cas,omitempty"`
}

// HardwareKey is enterprise only.
type HardwareKey struct {
	PIVSlot                string                             `yaml:"piv_slot,omitempty"`
	SerialNumberValidation *HardwareKeySerialNumberValidation `yaml:"serial_number_validation,omitempty"`
	PINCacheTTL            time.Duration                      `yaml:"pin_cache_ttl,omitempty"`
}

// HardwareKeySerialNumberValidation is a part of that.
type HardwareKeySerialNumberValidation struct {
	Enabled               string `yaml:"enabled"`
	SerialNumberTraitName string `yaml:"serial_number_trait_name"`
}

// StableUNIXUserConfig fixes the numbers of accounts that Teleport makes.
type StableUNIXUserConfig struct {
	Enabled  bool  `yaml:"enabled"`
	FirstUID int32 `yaml:"first_uid"`
	LastUID  int32 `yaml:"last_uid"`
}
