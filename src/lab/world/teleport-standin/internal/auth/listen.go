package auth

import (
	"crypto/tls"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"time"

	"teleport-standin/internal/wire"
)

// Serve answers on the port of the auth service until its listener is closed.
func (s *Server) Serve(listener net.Listener) error {
	settings, err := s.TLS(false)
	if err != nil {
		return err
	}
	settings.NextProtos = []string{wire.Calls, wire.Control}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go s.answer(tls.Server(conn, settings))
	}
}

func (s *Server) answer(conn *tls.Conn) {
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return
	}
	if err := conn.Handshake(); err != nil {
		s.log.Debug("AUTH", "A connection was turned away.", "error", err)
		return
	}
	state := conn.ConnectionState()
	known := len(state.PeerCertificates) > 0
	if state.NegotiatedProtocol == wire.Control && known {
		s.ServeAgent(conn)
		return
	}
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return
	}
	calls := rpc.NewServer()
	var offered interface{} = &Guest{s}
	if known && anyOf([]string{"Admin"}, state.PeerCertificates[0].Subject.Organization) {
		offered = &Admin{s}
	}
	if err := calls.Register(offered); err != nil {
		s.log.Error("AUTH", "Cannot answer calls.", "error", err)
		return
	}
	calls.ServeCodec(jsonrpc.NewServerCodec(conn))
}
