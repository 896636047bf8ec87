package config

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"gopkg.in/yaml.v2"
)

// DefaultPath is where the file is looked for when nobody says where.
const DefaultPath = "/etc/teleport.yaml"

// ReadFile is the first stage on a file.
func ReadFile(path string) (*FileConfig, error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("file %s is not found", path)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to open file for Teleport configuration at %s: %w", path, err)
	}
	return Read(text)
}

// ReadString is the first stage on a file that was encoded in base64.
func ReadString(encoded string) (*FileConfig, error) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("configuration should be base64 encoded: %w", err)
	}
	return Read(text)
}

// Read is the first stage, all that `teleport configure --test` does: keys, types and the words that are checked at once.
func Read(text []byte) (*FileConfig, error) {
	file := newFileConfig()
	if err := yaml.UnmarshalStrict(text, file); err != nil {
		// The real program takes the line ends out, so that a message is one line of a log.
		return nil, fmt.Errorf("failed parsing the config file: %s", strings.ReplaceAll(err.Error(), "\n", ""))
	}
	if err := checkAlgorithms(file.Global); err != nil {
		return nil, fmt.Errorf("failed to parse Teleport configuration: %w", err)
	}
	return file, nil
}
