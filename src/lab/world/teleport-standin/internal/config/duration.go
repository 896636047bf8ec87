package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration takes Go's units, and d, mo and y besides, and the word never. A number without a unit is refused.
type Duration time.Duration

// UnmarshalYAML reads one.
func (d *Duration) UnmarshalYAML(unmarshal func(interface{}) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	if text == "never" {
		*d = 0
		return nil
	}
	value, err := ParseDuration(text)
	*d = Duration(value)
	return err
}

var longUnits = map[string]time.Duration{"d": 24 * time.Hour, "mo": 30 * 24 * time.Hour, "y": 365 * 24 * time.Hour}

// ParseDuration reads text such as 30m, 1d12h or 2mo.
func ParseDuration(text string) (time.Duration, error) {
	if plain, err := time.ParseDuration(text); err == nil {
		return plain, nil
	}
	var sum time.Duration
	rest := text
	for rest != "" {
		digits := strings.TrimLeft(rest, "0123456789.")
		unit := strings.TrimLeft(digits, "abcdefghijklmnopqrstuvwxyzµ")
		number, name := rest[:len(rest)-len(digits)], digits[:len(digits)-len(unit)]
		part, err := partOf(number, name)
		if err != nil {
			return 0, fmt.Errorf("time: invalid duration %q", text)
		}
		sum, rest = sum+part, unit
	}
	if text == "" {
		return 0, fmt.Errorf("time: invalid duration %q", text)
	}
	return sum, nil
}

func partOf(number, unit string) (time.Duration, error) {
	if long, ok := longUnits[unit]; ok {
		count, err := strconv.ParseFloat(number, 64)
		return time.Duration(count * float64(long)), err
	}
	return time.ParseDuration(number + unit)
}
