package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

func applyProxy(file *FileConfig, settings *Settings) error {
	given, proxy := file.Proxy, &settings.Proxy
	if proxy.Enabled = given.Enabled(); !proxy.Enabled {
		return nil
	}
	if err := checkProxyProtocol(given.ProxyProtocol); err != nil {
		return err
	}
	proxy.ProxyProtocol, proxy.TrustForwarded = given.ProxyProtocol, given.TrustXForwardedFor.or(false)
	for _, step := range []func(Proxy, *Settings) error{applyListeners, applyPublic, applyKeyPairs, checkPairsOfKeys, checkUI} {
		if err := step(given, settings); err != nil {
			return err
		}
	}
	return nil
}

// applyListeners: version v1 opens ports that v2 and v3 open only when told to.
func applyListeners(given Proxy, settings *Settings) error {
	old := func(addr string) string {
		if settings.Version == "v1" {
			return addr
		}
		return ""
	}
	proxy := &settings.Proxy
	for _, one := range []struct {
		text    string
		port    int
		missing string
		to      *string
	}{
		{given.WebAddr, webPort, "0.0.0.0:3080", &proxy.WebListen},
		{given.ListenAddress, proxyPort, old("0.0.0.0:3023"), &proxy.SSHListen},
		{given.TunAddr, tunnelPort, old("0.0.0.0:3024"), &proxy.TunnelListen},
		{given.KubeAddr, kubePort, "", &proxy.KubeListen},
		{given.MySQLAddr, mysqlPort, "", new(string)},
		{given.PostgresAddr, pgPort, "", new(string)},
		{given.MongoAddr, mongoPort, "", new(string)},
		{given.PeerAddr, peerPort, "", new(string)},
	} {
		addr, err := addrOr(one.text, one.port, one.missing)
		if err != nil {
			return err
		}
		*one.to = addr
	}
	if flagOn(given.Kube.EnabledFlag) && given.KubeAddr != "" {
		return fmt.Errorf("kube_listen_addr must not be set when proxy_service/kubernetes is enabled")
	}
	proxy.KubeEnabled = given.KubeAddr != "" || flagOn(given.Kube.EnabledFlag) || settings.Version != "v1"
	return nil
}

func applyPublic(given Proxy, settings *Settings) error {
	proxy := &settings.Proxy
	for _, one := range []struct {
		texts []string
		port  int
		to    *[]string
	}{
		{given.PublicAddr, portOf(proxy.WebListen), &proxy.PublicAddrs},
		{given.SSHPublicAddr, proxyPort, &proxy.SSHPublic},
		{given.TunnelPublicAddr, tunnelPort, &proxy.TunnelPublic},
	} {
		addrs, err := parseAddrs(one.texts, one.port)
		if err != nil {
			return err
		}
		*one.to = addrs
	}
	return nil
}

// checkPairsOfKeys refuses a public address without the listener that it is the address of.
func checkPairsOfKeys(given Proxy, _ *Settings) error {
	for _, one := range []struct {
		name           string
		public, listen bool
	}{
		{"kube", len(given.KubePublicAddr) > 0, given.KubeAddr != ""},
		{"mysql", len(given.MySQLPublicAddr) > 0, given.MySQLAddr != ""},
		{"mongo", len(given.MongoPublicAddr) > 0, given.MongoAddr != ""},
		{"peer", given.PeerPublicAddr != "", given.PeerAddr != ""},
	} {
		if one.public && !one.listen {
			return fmt.Errorf("%s_listen_addr must be set when %s_public_addr is set", one.name, one.name)
		}
	}
	return nil
}

func applyKeyPairs(given Proxy, settings *Settings) error {
	pairs := given.KeyPairs
	if given.KeyFile != "" || given.CertFile != "" {
		pairs = append([]KeyPair{{PrivateKey: given.KeyFile, Certificate: given.CertFile}}, pairs...)
	}
	for _, pair := range pairs {
		if _, err := os.Stat(pair.PrivateKey); err != nil {
			return fmt.Errorf("https private key does not exist: %s", pair.PrivateKey)
		}
		if _, err := os.Stat(pair.Certificate); err != nil {
			return fmt.Errorf("https cert does not exist: %s", pair.Certificate)
		}
		if err := checkChain(pair); err != nil {
			return err
		}
	}
	settings.Proxy.KeyPairs = pairs
	if flag := given.ACME.EnabledFlag; flag != "" {
		on, err := parseBool(flag)
		if err != nil {
			return err
		}
		if on {
			return fmt.Errorf("the stand-in fetches no certificates: proxy_service.acme cannot be on")
		}
	}
	return nil
}

// checkChain refuses a key that does not fit, and a chain that this machine does not trust, unless it is self-signed.
func checkChain(pair KeyPair) error {
	loaded, err := tls.LoadX509KeyPair(pair.Certificate, pair.PrivateKey)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(loaded.Certificate[0])
	if err != nil {
		return err
	}
	if leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil {
		return nil
	}
	between := x509.NewCertPool()
	for _, raw := range loaded.Certificate[1:] {
		if cert, err := x509.ParseCertificate(raw); err == nil {
			between.AddCert(cert)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Intermediates: between}); err != nil {
		return fmt.Errorf("unable to verify HTTPS certificate chain in %v: %v", pair.Certificate, err)
	}
	return nil
}

func checkUI(given Proxy, _ *Settings) error {
	if given.UI == nil {
		return nil
	}
	switch given.UI.ShowResources {
	case "", "requestable", "accessible_only":
		return nil
	}
	return fmt.Errorf("show resources %q not supported", given.UI.ShowResources)
}
