package config

import (
	"fmt"
	"strings"
)

// parseBool reads the words that Teleport takes for yes and no, in any case.
func parseBool(word string) (bool, error) {
	switch strings.ToLower(word) {
	case "yes", "yeah", "y", "true", "1", "on":
		return true, nil
	case "no", "nope", "n", "false", "0", "off":
		return false, nil
	}
	return false, fmt.Errorf("unsupported value: %q", word)
}

// flagOn is a flag of a section: a word that nobody knows silently means off.
func flagOn(word string) bool {
	on, err := parseBool(word)
	return err == nil && on
}

// BoolOption takes a boolean or one of the words for it; a word that nobody knows means false.
type BoolOption struct{ Value bool }

// UnmarshalYAML reads either.
func (b *BoolOption) UnmarshalYAML(unmarshal func(interface{}) error) error {
	if unmarshal(&b.Value) == nil {
		return nil
	}
	var word string
	if err := unmarshal(&word); err != nil {
		return err
	}
	b.Value = flagOn(word)
	return nil
}

// or is the option, or what stands where a file has none.
func (b *BoolOption) or(missing bool) bool {
	if b == nil {
		return missing
	}
	return b.Value
}

// Strings takes one string or a list of them.
type Strings []string

// UnmarshalYAML reads either.
func (s *Strings) UnmarshalYAML(unmarshal func(interface{}) error) error {
	var one string
	if unmarshal(&one) == nil {
		*s = Strings{one}
		return nil
	}
	var several []string
	if err := unmarshal(&several); err != nil {
		return err
	}
	*s = several
	return nil
}
