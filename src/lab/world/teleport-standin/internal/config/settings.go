package config

import "time"

// Settings is what a file means, after the second stage.
type Settings struct {
	Version      string
	NodeName     string
	DataDir      string
	PIDFile      string
	StoragePath  string
	AuditURIs    []string
	Token        string
	JoinMethod   string
	AuthServers  []string
	ProxyServer  string
	AdvertiseIP  string
	CAPins       []string
	DiagAddr     string
	DebugSocket  bool
	Log          Log
	Auth         AuthSettings
	Proxy        ProxySettings
	SSH          SSHSettings
	ConfigPath   string
	InsecureMode bool
	Warnings     []string
}

// AuthSettings is what the auth service does.
type AuthSettings struct {
	Enabled      bool
	ListenAddr   string
	ClusterName  string
	StaticTokens []StaticToken
	// Authentication, Recording and Networking are the three resources that a file can hold; Spec is as `tctl get` shows it.
	Authentication FileResource
	Recording      FileResource
	Networking     FileResource
	MessageOfDay   bool
	LoadAllCAs     bool
	ListenerMode   string
}

// FileResource is a cluster-wide setting, and whether the file says anything of it. If it does, tctl may not change it.
type FileResource struct {
	FromFile bool
	Spec     map[string]interface{}
}

// StaticToken is a token that never expires, from the file.
type StaticToken struct {
	Roles []string
	Token string
}

// ProxySettings is what the proxy service does.
type ProxySettings struct {
	Enabled        bool
	WebListen      string
	SSHListen      string
	TunnelListen   string
	PublicAddrs    []string
	SSHPublic      []string
	TunnelPublic   []string
	KeyPairs       []KeyPair
	KubeEnabled    bool
	KubeListen     string
	ProxyProtocol  string
	TrustForwarded bool
}

// SSHSettings is what the SSH service of a node does.
type SSHSettings struct {
	Enabled     bool
	ListenAddr  string
	Labels      map[string]string
	Commands    []CommandLabel
	PublicAddrs []string
	ForceListen bool
}

// Default is what a process runs with that has no file.
func Default() *FileConfig { return newFileConfig() }

const (
	authPort   = 3025
	webPort    = 3080
	sshPort    = 3022
	proxyPort  = 3023
	tunnelPort = 3024
	kubePort   = 3026
	peerPort   = 3021
	mysqlPort  = 3036
	pgPort     = 5432
	mongoPort  = 27017
)

func seconds(d Duration, missing time.Duration) string {
	if d == 0 {
		return missing.String()
	}
	return time.Duration(d).String()
}
