package resource

import (
	"bytes"
	"encoding/json"

	"gopkg.in/yaml.v2"
)

// JSONArray is how tctl prints resources as JSON: always an array, and [] when there is none.
func JSONArray(all []*Resource) ([]byte, error) {
	if len(all) == 0 {
		return []byte("[]"), nil
	}
	return indented(all)
}

// YAML is how tctl prints them otherwise: a document each, with the keys in order.
func YAML(all []*Resource) ([]byte, error) {
	var out bytes.Buffer
	for i, one := range all {
		if i > 0 {
			out.WriteString("---\n")
		}
		text, err := YAMLOf(one)
		if err != nil {
			return nil, err
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}

// YAMLOf is one value as YAML, by way of its JSON.
func YAMLOf(value interface{}) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	// JSON is YAML; the YAML library reads its numbers as whole ones, where JSON's would make 1e+06 of them.
	var tree interface{}
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	return yaml.Marshal(tree)
}

func indented(value interface{}) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ")
	err := encoder.Encode(value)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}
