// Package web is the proxy service: the web port, which routes by ALPN, and what it answers over HTTP.
package web

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"teleport-standin/internal/auth"
	"teleport-standin/internal/config"
	"teleport-standin/internal/logging"
	"teleport-standin/internal/wire"
)

// Proxy is one proxy service. Its auth service is in the same process.
type Proxy struct {
	settings *config.Settings
	log      *logging.Log
	auth     *auth.Server
	routes   http.Handler
	outer    *tls.Config
	inner    *tls.Config
	plain    chan net.Conn
}

// New makes one.
func New(settings *config.Settings, log *logging.Log, server *auth.Server) (*Proxy, error) {
	certificates, err := certificates(settings)
	if err != nil {
		return nil, err
	}
	inner, err := server.TLS(true)
	if err != nil {
		return nil, err
	}
	proxy := &Proxy{
		settings: settings, log: log, auth: server, inner: inner, plain: make(chan net.Conn),
		outer: &tls.Config{
			Certificates: certificates, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1", wire.ReverseTunnel},
		},
	}
	proxy.routes = proxy.handler()
	return proxy, nil
}

// Serve answers on the web port until its listener is closed.
func (p *Proxy) Serve(listener net.Listener) error {
	server := &http.Server{Handler: p.routes, ReadHeaderTimeout: time.Minute, ErrorLog: p.quiet()}
	go func() {
		if err := server.Serve(&handed{listener, p.plain}); err != nil && err != http.ErrServerClosed {
			p.log.Debug("PROXY", "HTTP ended.", "error", err)
		}
	}()
	defer server.Close()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go p.Route(p.unwrap(conn))
	}
}

// Route finishes TLS and hands a connection to what it asks for: HTTP, or a tunnel of an agent.
func (p *Proxy) Route(conn net.Conn) {
	if conn == nil {
		return
	}
	secured := tls.Server(conn, p.outer)
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	if err := secured.Handshake(); err != nil {
		p.log.Debug("PROXY", "A connection was turned away.", "error", err)
		conn.Close()
		return
	}
	_ = conn.SetDeadline(time.Time{})
	if secured.ConnectionState().NegotiatedProtocol == wire.ReverseTunnel {
		p.Tunnel(secured)
		return
	}
	p.plain <- secured
}

// Tunnel is where an agent proves itself. The real one speaks SSH here; the stand-in speaks TLS, with both sides' certificates.
func (p *Proxy) Tunnel(conn net.Conn) { p.auth.ServeAgent(tls.Server(conn, p.inner)) }

// ServeTunnels answers on a port of its own, for a cluster without TLS routing.
func (p *Proxy) ServeTunnels(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go p.Tunnel(conn)
	}
}

// handed is a listener whose connections come out of a channel, so that HTTP gets those that asked for it.
type handed struct {
	net.Listener
	conns chan net.Conn
}

// Accept is the next of them.
func (h *handed) Accept() (net.Conn, error) {
	conn, open := <-h.conns
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}
