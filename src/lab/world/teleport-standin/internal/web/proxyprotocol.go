package web

import (
	"bufio"
	"log"
	"net"
	"strings"
	"time"
)

// unwrap reads the PROXY header that `proxy_protocol: on` demands; a connection without it is dropped (nil).
func (p *Proxy) unwrap(conn net.Conn) net.Conn {
	if p.settings.Proxy.ProxyProtocol != "on" {
		return conn
	}
	in := bufio.NewReader(conn)
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	start, err := in.Peek(6)
	if err != nil || string(start) != "PROXY " {
		p.log.Warn("PROXY", "proxy_protocol is on, but a connection has no PROXY header.", "from", conn.RemoteAddr())
		conn.Close()
		return nil
	}
	line, err := in.ReadString('\n')
	if err != nil || len(line) > 107 || !strings.HasSuffix(line, "\r\n") {
		conn.Close()
		return nil
	}
	_ = conn.SetReadDeadline(time.Time{})
	return &buffered{conn, in}
}

// buffered is a connection of which something was read ahead.
type buffered struct {
	net.Conn
	in *bufio.Reader
}

// Read reads that first.
func (b *buffered) Read(to []byte) (int, error) { return b.in.Read(to) }

// quiet is for what the HTTP library would print.
func (p *Proxy) quiet() *log.Logger { return log.New(discard{p}, "", 0) }

type discard struct{ proxy *Proxy }

func (d discard) Write(text []byte) (int, error) {
	d.proxy.log.Debug("PROXY", strings.TrimSpace(string(text)))
	return len(text), nil
}
