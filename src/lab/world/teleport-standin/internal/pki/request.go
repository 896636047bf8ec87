package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
)

// NewKey makes a key, and the public half that is sent to be certified.
func NewKey() (private, public string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	if private, err = keyText(key); err != nil {
		return "", "", err
	}
	raw, err := x509.MarshalPKIXPublicKey(key.Public())
	return private, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw})), err
}

// ParsePublic reads the public half.
func ParsePublic(text string) (interface{}, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fmt.Errorf("no public key in PEM")
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

// Client is how a member of a cluster connects to it: it proves itself and demands the same.
func Client(identity Pair, authority string) (*tls.Config, error) {
	cert, err := tls.X509KeyPair([]byte(identity.Cert), []byte(identity.Key))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(authority)) {
		return nil, fmt.Errorf("no certificate in PEM")
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, RootCAs: pool, ServerName: ServerName, MinVersion: tls.VersionTLS12}, nil
}

// Server is the other side; mandatory says whether a client without identity is turned away.
func Server(identity Pair, authority string, mandatory bool) (*tls.Config, error) {
	made, err := Client(identity, authority)
	if err != nil {
		return nil, err
	}
	made.ClientCAs, made.RootCAs, made.ServerName = made.RootCAs, nil, ""
	if made.ClientAuth = tls.VerifyClientCertIfGiven; mandatory {
		made.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return made, nil
}

// CheckPins refuses an authority that none of the pins is of.
func CheckPins(pins []string, cert *x509.Certificate) error {
	found := false
	for _, pin := range pins {
		algorithm, _, ok := strings.Cut(pin, ":")
		if !ok || strings.Count(pin, ":") != 1 {
			return fmt.Errorf("invalid format for certificate pin, expected algorithm:pin")
		}
		if algorithm != "sha256" {
			return fmt.Errorf("sha256 only supported hashing algorithm for certificate pin")
		}
		found = found || pin == Pin(cert)
	}
	if !found {
		return fmt.Errorf("cluster pin does not match any provided certificate authority pin. " +
			"This could have occurred if the Certificate Authority (CA) for the cluster was rotated, invalidating the old pin, " +
			"or if the auth server is not the one that was meant")
	}
	return nil
}
