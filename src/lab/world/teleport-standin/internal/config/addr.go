package config

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// parseAddr reads host:port with an optional scheme. A port left out is no error: it is the default port; -1 means there is none.
func parseAddr(text string, defaultPort int) (string, error) {
	if text == "" {
		return "", fmt.Errorf("missing parameter address")
	}
	full := text
	if !strings.Contains(full, "://") {
		full = "tcp://" + full
	}
	parsed, err := url.Parse(full)
	if err != nil {
		return "", fmt.Errorf("failed to parse %q: %v", full, err)
	}
	switch parsed.Scheme {
	case "tcp", "http", "https":
	case "unix":
		return "", fmt.Errorf("'%v': the stand-in listens on no unix socket", full)
	default:
		return "", fmt.Errorf("'%v': unsupported scheme: '%v'", full, parsed.Scheme)
	}
	if parsed.Port() != "" {
		return parsed.Host, nil
	}
	if defaultPort < 0 {
		return "", fmt.Errorf("address %s: missing port in address", text)
	}
	return net.JoinHostPort(parsed.Hostname(), strconv.Itoa(defaultPort)), nil
}

func parseAddrs(texts []string, defaultPort int) ([]string, error) {
	var all []string
	for _, text := range texts {
		addr, err := parseAddr(text, defaultPort)
		if err != nil {
			return nil, err
		}
		all = append(all, addr)
	}
	return all, nil
}

// addrOr is the address, or what stands where the file has none.
func addrOr(text string, defaultPort int, missing string) (string, error) {
	if text == "" {
		return missing, nil
	}
	return parseAddr(text, defaultPort)
}

func portOf(addr string) int {
	_, port, _ := net.SplitHostPort(addr)
	number, _ := strconv.Atoi(port)
	return number
}
