package config

// OtherService is a section that no role of this project writes. Whether it is on is read; its further keys are not checked,
// and a file that turns it on is refused when the stand-in starts.
type OtherService struct {
	EnabledFlag string                 `yaml:"enabled,omitempty"`
	Rest        map[string]interface{} `yaml:",inline"`
}

// OtherSwitch is the same with a real boolean.
type OtherSwitch struct {
	Enabled bool                   `yaml:"enabled,omitempty"`
	Rest    map[string]interface{} `yaml:",inline"`
}

// RelayService is the same; what an enabled one needs is checked.
type RelayService struct {
	Enabled bool                   `yaml:"enabled,omitempty"`
	Rest    map[string]interface{} `yaml:",inline"`
}

// Metrics is the section `metrics_service`.
type Metrics struct {
	Service           `yaml:",inline"`
	KeyPairs          []KeyPair `yaml:"keypairs,omitempty"`
	CACerts           []string  `yaml:"ca_certs,omitempty"`
	GRPCServerLatency bool      `yaml:"grpc_server_latency,omitempty"`
	GRPCClientLatency bool      `yaml:"grpc_client_latency,omitempty"`
}

// DebugService is the socket debug.sock in data_dir; on unless said otherwise.
type DebugService struct {
	Service `yaml:",inline"`
}

// TracingService is the section `tracing_service`.
type TracingService struct {
	EnabledFlag            string    `yaml:"enabled,omitempty"`
	ExporterURL            string    `yaml:"exporter_url"`
	KeyPairs               []KeyPair `yaml:"keypairs,omitempty"`
	CACerts                []string  `yaml:"ca_certs,omitempty"`
	SamplingRatePerMillion int       `yaml:"sampling_rate_per_million"`
}
