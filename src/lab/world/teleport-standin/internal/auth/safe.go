package auth

import (
	"strings"

	"teleport-standin/internal/resource"
)

// masked is a token as it may be shown: only the last quarter of it.
func masked(token string) string {
	hidden := len(token) * 3 / 4
	return strings.Repeat("*", hidden) + token[hidden:]
}

// safe is the name of a resource as it may be logged.
func safe(one *resource.Resource) string {
	if one.Kind == resource.Token {
		return masked(one.Metadata.Name)
	}
	return one.Metadata.Name
}
