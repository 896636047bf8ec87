package config

import "time"

// SSH is the section `ssh_service`. It has no key for agent forwarding: that is an option of a role.
type SSH struct {
	Service `yaml:",inline"`

	Namespace             string             `yaml:"namespace,omitempty"`
	Labels                map[string]string  `yaml:"labels,omitempty"`
	Commands              []CommandLabel     `yaml:"commands,omitempty"`
	PermitUserEnvironment bool               `yaml:"permit_user_env,omitempty"`
	PAM                   *PAM               `yaml:"pam,omitempty"`
	PublicAddr            Strings            `yaml:"public_addr,omitempty"`
	BPF                   *BPF               `yaml:"enhanced_recording,omitempty"`
	RestrictedSession     *RestrictedSession `yaml:"restricted_session,omitempty"`
	PortForwarding        *bool              `yaml:"port_forwarding,omitempty"`
	X11                   *X11               `yaml:"x11,omitempty"`
	SSHFileCopy           *bool              `yaml:"ssh_file_copy,omitempty"`
	DisableCreateHostUser bool               `yaml:"disable_create_host_user,omitempty"`
	ForceListen           bool               `yaml:"force_listen,omitempty"`
}

// CommandLabel is a label whose value is what a command prints.
type CommandLabel struct {
	Name    string        `yaml:"name"`
	Command []string      `yaml:"command,flow"`
	Period  time.Duration `yaml:"period"`
}

// PAM is `ssh_service.pam`.
type PAM struct {
	Enabled     string            `yaml:"enabled"`
	ServiceName string            `yaml:"service_name"`
	UsePAMAuth  bool              `yaml:"use_pam_auth"`
	Environment map[string]string `yaml:"environment,omitempty"`
}

// BPF is `ssh_service.enhanced_recording`.
type BPF struct {
	Enabled           string `yaml:"enabled"`
	CommandBufferSize *int   `yaml:"command_buffer_size,omitempty"`
	DiskBufferSize    *int   `yaml:"disk_buffer_size,omitempty"`
	NetworkBufferSize *int   `yaml:"network_buffer_size,omitempty"`
	CgroupPath        string `yaml:"cgroup_path"`
	RootPath          string `yaml:"root_path"`
}

// RestrictedSession is accepted and ignored since version 15.
type RestrictedSession struct {
	Enabled          string `yaml:"enabled"`
	EventsBufferSize *int   `yaml:"events_buffer_size,omitempty"`
}

// X11 is `ssh_service.x11`.
type X11 struct {
	Enabled       string `yaml:"enabled"`
	DisplayOffset *uint  `yaml:"display_offset,omitempty"`
	MaxDisplay    *uint  `yaml:"max_display,omitempty"`
}
