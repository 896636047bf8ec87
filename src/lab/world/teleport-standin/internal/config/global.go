package config

import "time"

// Global is the section `teleport`.
type Global struct {
	NodeName     string           `yaml:"nodename,omitempty"`
	DataDir      string           `yaml:"data_dir,omitempty"`
	PIDFile      string           `yaml:"pid_file,omitempty"`
	AuthToken    string           `yaml:"auth_token,omitempty"`
	JoinParams   JoinParams       `yaml:"join_params,omitempty"`
	AuthServers  []string         `yaml:"auth_servers,omitempty"`
	AuthServer   string           `yaml:"auth_server,omitempty"`
	ProxyServer  string           `yaml:"proxy_server,omitempty"`
	RelayServer  string           `yaml:"relay_server,omitempty"`
	Limits       ConnectionLimits `yaml:"connection_limits,omitempty"`
	Logger       Log              `yaml:"log,omitempty"`
	Storage      Storage          `yaml:"storage,omitempty"`
	AdvertiseIP  string           `yaml:"advertise_ip,omitempty"`
	Cache        CachePolicy      `yaml:"cache,omitempty"`
	Shutdown     Duration         `yaml:"shutdown_delay,omitempty"`
	CipherSuites []string         `yaml:"ciphersuites,omitempty"`
	Ciphers      []string         `yaml:"ciphers,omitempty"`
	KEX          []string         `yaml:"kex_algos,omitempty"`
	MAC          []string         `yaml:"mac_algos,omitempty"`
	CASignature  *string          `yaml:"ca_signature_algo,omitempty"`
	CAPin        Strings          `yaml:"ca_pin"`
	DiagAddr     string           `yaml:"diag_addr"`
	AuthDial     AuthDial         `yaml:"auth_connection_config,omitempty"`
}

// JoinParams says how a process joins.
type JoinParams struct {
	TokenName   string          `yaml:"token_name"`
	TokenSecret string          `yaml:"token_secret,omitempty"`
	Method      string          `yaml:"method"`
	Azure       AzureJoinParams `yaml:"azure,omitempty"`
}

func (j JoinParams) given() bool { return j != (JoinParams{}) }

// AzureJoinParams belongs to a way of joining that the stand-in does not play.
type AzureJoinParams struct {
	ClientID string `yaml:"client_id"`
}

// ConnectionLimits is accepted and has no effect here.
type ConnectionLimits struct {
	MaxConnections int64            `yaml:"max_connections"`
	MaxUsers       int              `yaml:"max_users"`
	Rates          []ConnectionRate `yaml:"rates,omitempty"`
}

// ConnectionRate is one of those limits.
type ConnectionRate struct {
	Period  time.Duration `yaml:"period"`
	Average int64         `yaml:"average"`
	Burst   int64         `yaml:"burst"`
}

// Storage is the one section where no key is unknown: what is not `type` goes to the back end as it is.
type Storage struct {
	Type   string                 `yaml:"type,omitempty"`
	Params map[string]interface{} `yaml:",inline"`
}

// CachePolicy is accepted and has no effect here.
type CachePolicy struct {
	Type        string        `yaml:"type,omitempty"`
	EnabledFlag string        `yaml:"enabled,omitempty"`
	TTL         string        `yaml:"ttl,omitempty"`
	MaxBackoff  time.Duration `yaml:"max_backoff,omitempty"`
}

// AuthDial is accepted and has no effect here, but for the limit that Apply checks.
type AuthDial struct {
	UpperLimit   time.Duration `yaml:"upper_limit_between_retries,omitempty"`
	InitialDelay time.Duration `yaml:"initial_connection_delay,omitempty"`
	BackoffStep  time.Duration `yaml:"backoff_step_duration,omitempty"`
}
