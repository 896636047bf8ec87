package resource

import (
	"fmt"
	"strings"
	"time"

	"teleport-standin/internal/config"
)

// shape checks one value, and gives it the form in which it is kept.
type shape func(path string, value interface{}) (interface{}, error)

// object takes the given keys and no others. A key whose value is null counts as not given.
func object(keys map[string]shape) shape {
	return func(path string, value interface{}) (interface{}, error) {
		given, ok := value.(map[string]interface{})
		if !ok {
			return nil, mismatch(path, value, "object")
		}
		kept := map[string]interface{}{}
		for key, inner := range given {
			check, known := keys[key]
			if !known {
				return nil, fmt.Errorf("json: unknown field %q", key)
			}
			if inner == nil {
				continue
			}
			checked, err := check(strings.TrimPrefix(path+"."+key, "."), inner)
			if err != nil {
				return nil, err
			}
			kept[key] = checked
		}
		return kept, nil
	}
}

func listOf(item shape) shape {
	return func(path string, value interface{}) (interface{}, error) {
		given, ok := value.([]interface{})
		if !ok {
			return nil, mismatch(path, value, "array")
		}
		kept := []interface{}{}
		for _, one := range given {
			checked, err := item(path, one)
			if err != nil {
				return nil, err
			}
			kept = append(kept, checked)
		}
		return kept, nil
	}
}

func anything(_ string, value interface{}) (interface{}, error) { return value, nil }

func text(path string, value interface{}) (interface{}, error) {
	if _, ok := value.(string); !ok {
		return nil, mismatch(path, value, "string")
	}
	return value, nil
}

func whole(path string, value interface{}) (interface{}, error) {
	switch number := value.(type) {
	case int:
		return number, nil
	case float64:
		// From JSON, where every number is one of these.
		if number == float64(int(number)) {
			return int(number), nil
		}
	}
	return nil, mismatch(path, value, "int64")
}

func plainBool(path string, value interface{}) (interface{}, error) {
	if _, ok := value.(bool); !ok {
		return nil, mismatch(path, value, "bool")
	}
	return value, nil
}

// option takes a boolean or a word for one.
func option(path string, value interface{}) (interface{}, error) {
	if word, ok := value.(string); ok {
		switch strings.ToLower(word) {
		case "yes", "yeah", "y", "true", "1", "on":
			return true, nil
		}
		return false, nil
	}
	return plainBool(path, value)
}

var texts = listOf(text)

// someTexts takes a list or one string.
func someTexts(path string, value interface{}) (interface{}, error) {
	if one, ok := value.(string); ok {
		return []interface{}{one}, nil
	}
	return texts(path, value)
}

// labels takes a map of text to one or several values; a list of one comes back as plain text.
func labels(path string, value interface{}) (interface{}, error) {
	given, ok := value.(map[string]interface{})
	if !ok {
		return nil, mismatch(path, value, "object")
	}
	kept := map[string]interface{}{}
	for key, inner := range given {
		values, err := someTexts(path+"."+key, inner)
		if err != nil {
			return nil, err
		}
		list := values.([]interface{})
		if key == "*" && !(len(list) == 1 && list[0] == "*") {
			return nil, fmt.Errorf("selector *:<val> is not supported")
		}
		if kept[key] = values; len(list) == 1 {
			kept[key] = list[0]
		}
	}
	return kept, nil
}

// duration takes Teleport's notation and keeps Go's, or the word never.
func duration(path string, value interface{}) (interface{}, error) {
	given, ok := value.(string)
	if !ok {
		return nil, mismatch(path, value, "types.Duration")
	}
	if given == "never" {
		return given, nil
	}
	parsed, err := config.ParseDuration(given)
	if err != nil {
		return nil, err
	}
	if parsed == 0 {
		return time.Duration(0).String(), nil
	}
	return parsed.String(), nil
}

// word takes one of a few texts.
func word(choice ...string) shape {
	return func(path string, value interface{}) (interface{}, error) {
		given, err := text(path, value)
		if err != nil {
			return nil, err
		}
		for _, known := range choice {
			if given == known {
				return given, nil
			}
		}
		return nil, fmt.Errorf("invalid %s %q, must be one of %s", path, given, strings.Join(choice, ", "))
	}
}

func mismatch(path string, value interface{}, want string) error {
	found := map[string]string{"map[string]interface {}": "object", "[]interface {}": "array", "int": "number", "float64": "number"}
	kind := fmt.Sprintf("%T", value)
	if plain := found[kind]; plain != "" {
		kind = plain
	}
	return fmt.Errorf("json: cannot unmarshal %s into Go struct field %s of type %s", kind, path, want)
}
