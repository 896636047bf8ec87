package config

// Auth is the section `auth_service`.
type Auth struct {
	Service `yaml:",inline"`

	ProxyProtocol          string                  `yaml:"proxy_protocol,omitempty"`
	ClusterName            string                  `yaml:"cluster_name,omitempty"`
	StaticTokens           []string                `yaml:"tokens,omitempty"`
	ScopedTokens           []map[string]string     `yaml:"scoped_tokens,omitempty"`
	Authentication         *AuthenticationConfig   `yaml:"authentication,omitempty"`
	SessionRecording       string                  `yaml:"session_recording,omitempty"`
	ProxyChecksHostKeys    *BoolOption             `yaml:"proxy_checks_host_keys,omitempty"`
	SessionRecordingConfig *SessionRecordingConfig `yaml:"session_recording_config,omitempty"`
	LicenseFile            string                  `yaml:"license_file,omitempty"`
	ReverseTunnels         []ReverseTunnel         `yaml:"reverse_tunnels,omitempty"`
	PublicAddr             Strings                 `yaml:"public_addr,omitempty"`
	ClientIdleTimeout      Duration                `yaml:"client_idle_timeout,omitempty"`
	ClientIdleMessage      string                  `yaml:"client_idle_timeout_message,omitempty"`
	DisconnectExpiredCert  *BoolOption             `yaml:"disconnect_expired_cert,omitempty"`
	SessionControlTimeout  Duration                `yaml:"session_control_timeout,omitempty"`
	KubeconfigFile         string                  `yaml:"kubeconfig_file,omitempty"`
	KeepAliveInterval      Duration                `yaml:"keep_alive_interval,omitempty"`
	KeepAliveCountMax      int64                   `yaml:"keep_alive_count_max,omitempty"`
	MessageOfTheDay        string                  `yaml:"message_of_the_day,omitempty"`
	WebIdleTimeout         Duration                `yaml:"web_idle_timeout,omitempty"`
	CAKeyParams            *CAKeyParams            `yaml:"ca_key_params,omitempty"`
	ProxyListenerMode      ProxyListenerMode       `yaml:"proxy_listener_mode,omitempty"`
	RoutingStrategy        RoutingStrategy         `yaml:"routing_strategy,omitempty"`
	TunnelStrategy         *TunnelStrategy         `yaml:"tunnel_strategy,omitempty"`
	ProxyPingInterval      Duration                `yaml:"proxy_ping_interval,omitempty"`
	CaseInsensitiveRouting bool                    `yaml:"case_insensitive_routing,omitempty"`
	SSHDialTimeout         Duration                `yaml:"ssh_dial_timeout,omitempty"`
	LoadAllCAs             bool                    `yaml:"load_all_cas,omitempty"`
	HostedPlugins          HostedPlugins           `yaml:"hosted_plugins,omitempty"`
	AccessMonitoring       *AccessMonitoring       `yaml:"access_monitoring,omitempty"`
}

// SessionRecordingConfig replaces the two keys `session_recording` and `proxy_checks_host_keys`.
type SessionRecordingConfig struct {
	Mode                string                      `yaml:"mode"`
	ProxyChecksHostKeys *BoolOption                 `yaml:"proxy_checks_host_keys,omitempty"`
	Encryption          *SessionRecordingEncryption `yaml:"encryption,omitempty"`
}

// SessionRecordingEncryption is whether recordings are encrypted at rest.
type SessionRecordingEncryption struct {
	Enabled             bool                 `yaml:"enabled"`
	ManualKeyManagement *ManualKeyManagement `yaml:"manual_key_management,omitempty"`
}

// ManualKeyManagement names the keys of that.
type ManualKeyManagement struct {
	Enabled     bool       `yaml:"enabled"`
	ActiveKeys  []KeyLabel `yaml:"active_keys,omitempty"`
	RotatedKeys []KeyLabel `yaml:"rotated_keys,omitempty"`
}

// KeyLabel names one key.
type KeyLabel struct {
	Type  string `yaml:"type"`
	Label string `yaml:"label"`
}

// ReverseTunnel is for the vendor's own use.
type ReverseTunnel struct {
	DomainName string   `yaml:"domain_name"`
	Addresses  []string `yaml:"addresses"`
}

// CAKeyParams says where the keys of the authorities live. The stand-in keeps them in data_dir and nowhere else.
type CAKeyParams struct {
	PKCS11      *PKCS11                `yaml:"pkcs11,omitempty"`
	GoogleKMS   *GoogleCloudKMS        `yaml:"gcp_kms,omitempty"`
	AWSKMS      *AWSKMS                `yaml:"aws_kms,omitempty"`
	HealthCheck map[string]interface{} `yaml:"health_check,omitempty"`
}

// PKCS11 is a hardware module.
type PKCS11 struct {
	ModulePath  string `yaml:"module_path"`
	TokenLabel  string `yaml:"token_label,omitempty"`
	SlotNumber  *int   `yaml:"slot_number,omitempty"`
	PIN         string `yaml:"pin,omitempty"`
	PINPath     string `yaml:"pin_path,omitempty"`
	MaxSessions int    `yaml:"max_sessions,omitempty"`
}

// GoogleCloudKMS is a key service.
type GoogleCloudKMS struct {
	KeyRing         string `yaml:"keyring"`
	ProtectionLevel string `yaml:"protection_level"`
}

// AWSKMS is another.
type AWSKMS struct {
	Account     string                 `yaml:"account"`
	Region      string                 `yaml:"region"`
	MultiRegion map[string]interface{} `yaml:"multi_region,omitempty"`
	Tags        map[string]string      `yaml:"tags,omitempty"`
}

// HostedPlugins is enterprise only.
type HostedPlugins struct {
	Enabled        bool                   `yaml:"enabled"`
	OAuthProviders map[string]interface{} `yaml:"oauth_providers,omitempty"`
}

// AccessMonitoring is enterprise only.
type AccessMonitoring struct {
	EnabledFlag   string `yaml:"enabled"`
	RoleARN       string `yaml:"role_arn,omitempty"`
	ReportResults string `yaml:"report_results,omitempty"`
	Workgroup     string `yaml:"workgroup,omitempty"`
}
