package config

import "time"

// Proxy is the section `proxy_service`.
type Proxy struct {
	Service `yaml:",inline"`

	WebAddr                string                            `yaml:"web_listen_addr,omitempty"`
	TunAddr                string                            `yaml:"tunnel_listen_addr,omitempty"`
	PeerAddr               string                            `yaml:"peer_listen_addr,omitempty"`
	PeerPublicAddr         string                            `yaml:"peer_public_addr,omitempty"`
	KeyFile                string                            `yaml:"https_key_file,omitempty"`
	CertFile               string                            `yaml:"https_cert_file,omitempty"`
	ProxyProtocol          string                            `yaml:"proxy_protocol,omitempty"`
	ProxyProtocolDowngrade *BoolOption                       `yaml:"proxy_protocol_allow_downgrade,omitempty"`
	Kube                   KubeProxy                         `yaml:"kubernetes,omitempty"`
	KubeAddr               string                            `yaml:"kube_listen_addr,omitempty"`
	KubePublicAddr         Strings                           `yaml:"kube_public_addr,omitempty"`
	PublicAddr             Strings                           `yaml:"public_addr,omitempty"`
	SSHPublicAddr          Strings                           `yaml:"ssh_public_addr,omitempty"`
	TunnelPublicAddr       Strings                           `yaml:"tunnel_public_addr,omitempty"`
	KeyPairs               []KeyPair                         `yaml:"https_keypairs"`
	KeyPairsReload         time.Duration                     `yaml:"https_keypairs_reload_interval"`
	ACME                   ACME                              `yaml:"acme"`
	MySQLAddr              string                            `yaml:"mysql_listen_addr,omitempty"`
	MySQLPublicAddr        Strings                           `yaml:"mysql_public_addr,omitempty"`
	MySQLServerVersion     string                            `yaml:"mysql_server_version,omitempty"`
	PostgresAddr           string                            `yaml:"postgres_listen_addr,omitempty"`
	PostgresPublicAddr     Strings                           `yaml:"postgres_public_addr,omitempty"`
	MongoAddr              string                            `yaml:"mongo_listen_addr,omitempty"`
	MongoPublicAddr        Strings                           `yaml:"mongo_public_addr,omitempty"`
	IdP                    IdP                               `yaml:"idp,omitempty"`
	UI                     *UIConfig                         `yaml:"ui,omitempty"`
	TrustXForwardedFor     *BoolOption                       `yaml:"trust_x_forwarded_for,omitempty"`
	UpgradeChannels        map[string]map[string]interface{} `yaml:"automatic_upgrades_channels,omitempty"`
}

// KubeProxy is `proxy_service.kubernetes`.
type KubeProxy struct {
	Service        `yaml:",inline"`
	PublicAddr     Strings `yaml:"public_addr,omitempty"`
	KubeconfigFile string  `yaml:"kubeconfig_file,omitempty"`
	ClusterName    string  `yaml:"cluster_name,omitempty"`
}

// KeyPair is a certificate file and its key file.
type KeyPair struct {
	PrivateKey  string `yaml:"key_file"`
	Certificate string `yaml:"cert_file"`
}

// ACME is automatic certificates, which the stand-in does not fetch.
type ACME struct {
	EnabledFlag string `yaml:"enabled,omitempty"`
	Email       string `yaml:"email,omitempty"`
	URI         string `yaml:"uri,omitempty"`
}

// IdP is `proxy_service.idp`.
type IdP struct {
	SAMLIdP SAMLIdP `yaml:"saml,omitempty"`
}

// SAMLIdP is its one part.
type SAMLIdP struct {
	EnabledFlag string `yaml:"enabled,omitempty"`
	BaseURL     string `yaml:"base_url,omitempty"`
}

// UIConfig is `proxy_service.ui`.
type UIConfig struct {
	ScrollbackLines int32  `yaml:"scrollback_lines,omitempty"`
	ShowResources   string `yaml:"show_resources,omitempty"`
}
