package config

import "gopkg.in/yaml.v2"

// Log is the section `teleport.log`.
type Log struct {
	Output   string    `yaml:"output,omitempty"`
	Severity string    `yaml:"severity,omitempty"`
	Format   LogFormat `yaml:"format,omitempty"`
}

// LogFormat is its part `format`.
type LogFormat struct {
	Output      string   `yaml:"output,omitempty"`
	ExtraFields []string `yaml:"extra_fields,omitempty"`
}

// LegacyLog is the shape of old: the format was a list of field names.
type LegacyLog struct {
	Output   string   `yaml:"output,omitempty"`
	Severity string   `yaml:"severity,omitempty"`
	Format   []string `yaml:"format,omitempty"`
}

// UnmarshalYAML tries the shape of old when the shape of today does not fit, and returns the first error if neither does.
// The YAML library keeps both lists of faults in one place, so what is shown is the text of the second: the real program,
// which does the same with the same library, says the same.
func (l *Log) UnmarshalYAML(unmarshal func(interface{}) error) error {
	type plain Log
	err := unmarshal((*plain)(l))
	if _, wrongType := err.(*yaml.TypeError); !wrongType {
		return err
	}
	var old LegacyLog
	if unmarshal(&old) != nil {
		return err
	}
	*l = Log{Output: old.Output, Severity: old.Severity, Format: LogFormat{Output: "text", ExtraFields: old.Format}}
	return nil
}
