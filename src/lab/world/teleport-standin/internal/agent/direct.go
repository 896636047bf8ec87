package agent

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"time"

	"teleport-standin/internal/pki"
	"teleport-standin/internal/wire"
)

// direct is the way to the auth service itself.
type direct struct {
	agent *Agent
	addr  string
}

func (d *direct) tunnel() bool { return false }

// join compares the authority with the pins, if there are any, and then speaks only with who has its certificate.
func (d *direct) join(ctx context.Context, request wire.JoinRequest) (wire.JoinReply, error) {
	var admitted wire.JoinReply
	settings := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{wire.Calls}}
	pins := d.agent.Settings.CAPins
	if d.agent.Settings.InsecureMode || len(pins) == 0 {
		d.agent.Log.Warn("AUTH", "Joining cluster without validating the identity of the Auth Server. This may open you up to a "+
			"Man-In-The-Middle (MITM) attack if an attacker can gain privileged network access. To remedy this, use the CA pin value "+
			"provided when join token was generated to validate the identity of the Auth Server.")
	} else {
		var authority string
		if err := d.call(ctx, settings, "Guest.Authority", struct{}{}, &authority); err != nil {
			return admitted, err
		}
		cert, err := pki.ParseCert(authority)
		if err != nil {
			return admitted, err
		}
		if err := pki.CheckPins(pins, cert); err != nil {
			return admitted, err
		}
		d.agent.Log.Info("AUTH", "Joining remote cluster with CA pin.", "cluster", cert.Subject.CommonName)
		pool := x509.NewCertPool()
		pool.AddCert(cert)
		settings = &tls.Config{RootCAs: pool, ServerName: pki.ServerName, NextProtos: []string{wire.Calls}}
	}
	err := d.call(ctx, settings, "Guest.Join", request, &admitted)
	return admitted, err
}

func (d *direct) control(ctx context.Context, settings *tls.Config) (*tls.Conn, error) {
	settings = settings.Clone()
	settings.NextProtos = []string{wire.Control}
	conn, err := (&net.Dialer{Timeout: 15 * time.Second}).DialContext(ctx, "tcp", d.addr)
	if err != nil {
		return nil, err
	}
	return wire.Secure(conn, settings)
}

// call makes one call on a connection of its own. No HTTP proxy is used for the auth service.
func (d *direct) call(ctx context.Context, settings *tls.Config, method string, args, reply interface{}) error {
	conn, err := (&net.Dialer{Timeout: 15 * time.Second}).DialContext(ctx, "tcp", d.addr)
	if err != nil {
		return err
	}
	secured, err := wire.Secure(conn, settings)
	if err != nil {
		return err
	}
	client := rpc.NewClientWithCodec(jsonrpc.NewClientCodec(secured))
	defer client.Close()
	return client.Call(method, args, reply)
}
