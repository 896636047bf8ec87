package web

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"

	"teleport-standin/internal/config"
	"teleport-standin/internal/pki"
	"teleport-standin/internal/state"
)

// certificates are those of the file, or a self-signed one that is made once and kept in data_dir.
func certificates(settings *config.Settings) ([]tls.Certificate, error) {
	all := []tls.Certificate{}
	for _, pair := range settings.Proxy.KeyPairs {
		loaded, err := tls.LoadX509KeyPair(pair.Certificate, pair.PrivateKey)
		if err != nil {
			return nil, err
		}
		all = append(all, loaded)
	}
	if len(all) > 0 {
		return all, nil
	}
	cert := filepath.Join(settings.DataDir, "webproxy_cert.pem")
	key := filepath.Join(settings.DataDir, "webproxy_key.pem")
	if _, err := os.Stat(cert); err != nil {
		made, err := pki.SelfSigned(namesOf(settings))
		if err != nil {
			return nil, err
		}
		if err := state.WriteFile(key, []byte(made.Key)); err != nil {
			return nil, err
		}
		if err := state.WriteFile(cert, []byte(made.Cert)); err != nil {
			return nil, err
		}
	}
	loaded, err := tls.LoadX509KeyPair(cert, key)
	return []tls.Certificate{loaded}, err
}

func namesOf(settings *config.Settings) []string {
	names := []string{}
	for _, addr := range settings.Proxy.PublicAddrs {
		if host, _, err := net.SplitHostPort(addr); err == nil {
			names = append(names, host)
		}
	}
	return append(names, settings.NodeName, "localhost", "127.0.0.1", "::1")
}
