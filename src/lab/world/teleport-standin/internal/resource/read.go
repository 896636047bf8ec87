package resource

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"gopkg.in/yaml.v2"
)

// Reader reads the documents of a text, one after the other, so that those before a mistake count.
type Reader struct{ decoder *yaml.Decoder }

// NewReader reads YAML, or JSON, which is YAML too.
func NewReader(text []byte) *Reader { return &Reader{yaml.NewDecoder(bytes.NewReader(text))} }

// Next is the next document, or io.EOF.
func (r *Reader) Next() (*Resource, error) {
	for {
		var raw interface{}
		err := r.decoder.Decode(&raw)
		if err == io.EOF {
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("unable to decode: %w", err)
		}
		if raw == nil {
			continue
		}
		document, ok := plain(raw).(map[string]interface{})
		if !ok {
			return nil, fmt.Errorf("unable to decode: a resource is a map, not %T", raw)
		}
		return read(document)
	}
}

var header = object(map[string]shape{
	"kind": text, "sub_kind": text, "version": text, "spec": anything,
	"metadata": object(map[string]shape{
		"name": text, "namespace": text, "description": text, "expires": text, "id": anything, "revision": text,
		"labels": labelTexts,
	}),
})

func read(document map[string]interface{}) (*Resource, error) {
	kind, _ := document["kind"].(string)
	if kind == "" {
		return nil, fmt.Errorf("no 'kind' field found in the resource")
	}
	kind, _ = KindOf(kind)
	checked, err := header("", document)
	if err != nil {
		return nil, err
	}
	top := checked.(map[string]interface{})
	result := &Resource{Kind: kind, Spec: map[string]interface{}{}}
	result.SubKind, _ = top["sub_kind"].(string)
	result.Version, _ = top["version"].(string)
	if metadata, ok := top["metadata"].(map[string]interface{}); ok {
		if err := result.Metadata.fill(metadata); err != nil {
			return nil, err
		}
	}
	if spec, given := top["spec"]; given {
		fields, ok := spec.(map[string]interface{})
		if !ok {
			return nil, mismatch("spec", spec, "object")
		}
		result.Spec = fields
	}
	return result, nil
}

func (m *Metadata) fill(given map[string]interface{}) error {
	m.Name, _ = given["name"].(string)
	m.Description, _ = given["description"].(string)
	m.Labels, _ = given["labels"].(map[string]string)
	if expires, ok := given["expires"].(string); ok {
		at, err := time.Parse(time.RFC3339Nano, expires)
		if err != nil {
			return err
		}
		m.Expires = &at
	}
	return nil
}

func labelTexts(path string, value interface{}) (interface{}, error) {
	given, ok := value.(map[string]interface{})
	if !ok {
		return nil, mismatch(path, value, "map[string]string")
	}
	kept := map[string]string{}
	for key, inner := range given {
		one, err := text(path, inner)
		if err != nil {
			return nil, err
		}
		kept[key] = one.(string)
	}
	return kept, nil
}

// plain turns what the YAML library gives into what JSON has.
func plain(value interface{}) interface{} {
	switch given := value.(type) {
	case map[interface{}]interface{}:
		kept := map[string]interface{}{}
		for key, inner := range given {
			kept[fmt.Sprint(key)] = plain(inner)
		}
		return kept
	case []interface{}:
		for i, inner := range given {
			given[i] = plain(inner)
		}
		return given
	case time.Time:
		return given.Format(time.RFC3339Nano)
	}
	return value
}
