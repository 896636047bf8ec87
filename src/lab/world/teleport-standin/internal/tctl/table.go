package tctl

import (
	"fmt"
	"sort"
	"strings"
)

// table prints columns as wide as they must be, under a line of dashes if they have heads.
func table(heads []string, rows [][]string) string {
	widths := []int{}
	lines := rows
	if heads != nil {
		lines = append([][]string{heads}, rows...)
	}
	for _, line := range lines {
		for i, cell := range line {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if len(cell) > widths[i] {
				widths[i] = len(cell)
			}
		}
	}
	var out strings.Builder
	write := func(line []string) {
		for i, cell := range line {
			fmt.Fprintf(&out, "%-*s ", widths[i], cell)
		}
		out.WriteString("\n")
	}
	if heads != nil {
		write(heads)
		dashes := []string{}
		for _, width := range widths {
			dashes = append(dashes, strings.Repeat("-", width))
		}
		write(dashes)
	}
	for _, line := range rows {
		write(line)
	}
	return out.String()
}

// pairs is a map as k=v,k=v in order.
func pairs(labels map[string]string) string {
	all := []string{}
	for key, value := range labels {
		all = append(all, key+"="+value)
	}
	sort.Strings(all)
	return strings.Join(all, ",")
}

// parsePairs reads such a text.
func parsePairs(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	labels := map[string]string{}
	for _, pair := range strings.Split(text, ",") {
		key, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("invalid label spec: %q, expected key=value", text)
		}
		labels[key] = strings.Trim(value, `"`)
	}
	return labels, nil
}

// matches says whether a resource has all of these labels.
func matches(wanted, found map[string]string) bool {
	for key, value := range wanted {
		if found[key] != value {
			return false
		}
	}
	return true
}

// words splits comma lists, given once or several times.
func words(values []string) []string {
	var all []string
	for _, value := range values {
		for _, word := range strings.Split(value, ",") {
			if word = strings.TrimSpace(word); word != "" {
				all = append(all, word)
			}
		}
	}
	return all
}
