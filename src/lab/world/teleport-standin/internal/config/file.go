// Package config reads teleport.yaml in the two stages of the real program: Read accepts or refuses the YAML (keys, types,
// a few words), and Apply accepts or refuses what it says (versions, addresses, conflicts, files that must exist).
//
// The names of the types are those of the real parser, because its messages carry them ("not found in type config.SSH").
package config

// FileConfig is the whole file.
type FileConfig struct {
	Version string `yaml:"version,omitempty"`
	Global  Global `yaml:"teleport,omitempty"`
	Auth    Auth   `yaml:"auth_service,omitempty"`
	SSH     SSH    `yaml:"ssh_service,omitempty"`
	Proxy   Proxy  `yaml:"proxy_service,omitempty"`

	Kube           OtherService   `yaml:"kubernetes_service,omitempty"`
	Apps           OtherService   `yaml:"app_service,omitempty"`
	Databases      OtherService   `yaml:"db_service,omitempty"`
	Metrics        Metrics        `yaml:"metrics_service,omitempty"`
	Debug          DebugService   `yaml:"debug_service,omitempty"`
	WindowsDesktop OtherService   `yaml:"windows_desktop_service,omitempty"`
	Tracing        TracingService `yaml:"tracing_service,omitempty"`
	Discovery      OtherService   `yaml:"discovery_service,omitempty"`
	Okta           OtherService   `yaml:"okta_service,omitempty"`
	Jamf           OtherService   `yaml:"jamf_service,omitempty"`
	Plugins        OtherSwitch    `yaml:"plugin_service,omitempty"`
	AccessGraph    OtherSwitch    `yaml:"access_graph,omitempty"`
	Relay          RelayService   `yaml:"relay_service,omitempty"`
}

// Service is what every service section has. Whether it is on is a text, so that a word nobody knows is no error: it means off.
type Service struct {
	defaultEnabled bool
	EnabledFlag    string `yaml:"enabled,omitempty"`
	ListenAddress  string `yaml:"listen_addr,omitempty"`
}

// Enabled is the flag, or the section's default where the file has none.
func (s Service) Enabled() bool {
	if s.EnabledFlag == "" {
		return s.defaultEnabled
	}
	return flagOn(s.EnabledFlag)
}

// newFileConfig has the three services on that the real program starts when a file does not mention them.
func newFileConfig() *FileConfig {
	return &FileConfig{
		Auth:  Auth{Service: Service{defaultEnabled: true}},
		Proxy: Proxy{Service: Service{defaultEnabled: true}},
		SSH:   SSH{Service: Service{defaultEnabled: true}},
		Debug: DebugService{Service: Service{defaultEnabled: true}},
	}
}
