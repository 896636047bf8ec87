// Package pki makes the certificates of a cluster: its authority, the identities that it gives, and the pin that tells it.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// ServerName is the name under which every auth service and reverse tunnel proves itself to the members of its cluster.
const ServerName = "teleport.cluster.local"

const longTime = 10 * 365 * 24 * time.Hour

// Pair is a certificate and its key, in PEM.
type Pair struct {
	Cert string `json:"cert"`
	Key  string `json:"key,omitempty"`
}

// NewAuthority makes an authority for a cluster of this name.
func NewAuthority(cluster string) (Pair, error) {
	template := certificate(cluster, []string{cluster})
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	return sign(template, template, key, key, key.Public())
}

// SelfSigned makes the certificate of a web port that has none of its own.
func SelfSigned(names []string) (Pair, error) {
	template := certificate(names[0], []string{"Teleport stand-in, self-signed"})
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	return sign(template, template, key, key, key.Public())
}

// Issue makes an identity: who, and in which roles. Its key is made here.
func Issue(authority Pair, name string, roles ...string) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	issued, err := Certify(authority, &key.PublicKey, name, roles...)
	if err != nil {
		return Pair{}, err
	}
	issued.Key, err = keyText(key)
	return issued, err
}

// Certify makes an identity for a key that somebody else has.
func Certify(authority Pair, public interface{}, name string, roles ...string) (Pair, error) {
	parent, err := ParseCert(authority.Cert)
	if err != nil {
		return Pair{}, err
	}
	signer, err := parseKey(authority.Key)
	if err != nil {
		return Pair{}, err
	}
	template := certificate(name, roles)
	template.DNSNames = []string{ServerName}
	issued, err := sign(template, parent, nil, signer, public)
	return issued, err
}

// Pin is the value that tells an authority: the hash of its public key.
func Pin(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// ParseCert reads the first certificate of a PEM text.
func ParseCert(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fmt.Errorf("no certificate in PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

func certificate(name string, organization []string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err)
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: organization},
		NotBefore:    now.Add(-time.Minute),
		NotAfter:     now.Add(longTime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
}

func sign(template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey, public interface{}) (Pair, error) {
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return Pair{}, err
	}
	made := Pair{Cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))}
	if key != nil {
		made.Key, err = keyText(key)
	}
	return made, err
}

func keyText(key *ecdsa.PrivateKey) (string, error) {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})), err
}

func parseKey(text string) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fmt.Errorf("no private key in PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("not an ECDSA key: %T", key)
	}
	return private, nil
}
