package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Dial connects, through HTTPS_PROXY by CONNECT unless NO_PROXY exempts the address.
func Dial(ctx context.Context, addr string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: 15 * time.Second}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: addr}})
	if err != nil {
		return nil, err
	}
	if proxy == nil {
		return dialer.DialContext(ctx, "tcp", addr)
	}
	if proxy.Scheme != "http" {
		return nil, fmt.Errorf("proxy URL scheme %q is not supported by the stand-in", proxy.Scheme)
	}
	conn, err := dialer.DialContext(ctx, "tcp", proxyAddr(proxy))
	if err != nil {
		return nil, err
	}
	if err := connect(conn, proxy, addr); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func proxyAddr(proxy *url.URL) string {
	if proxy.Port() == "" {
		return net.JoinHostPort(proxy.Hostname(), "80")
	}
	return proxy.Host
}

func connect(conn net.Conn, proxy *url.URL, addr string) error {
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if user := proxy.User; user != nil {
		password, _ := user.Password()
		secret := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		request.Header.Set("Proxy-Authorization", "Basic "+secret)
	}
	if err := conn.SetDeadline(time.Now().Add(15 * time.Second)); err != nil {
		return err
	}
	if err := request.Write(conn); err != nil {
		return err
	}
	// Nothing comes after the answer until this side speaks, so a reader of its own loses nothing.
	response, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("unable to proxy connection: %s", response.Status)
	}
	return conn.SetDeadline(time.Time{})
}

// Secure is TLS over a connection, finished within 15 seconds.
func Secure(conn net.Conn, settings *tls.Config) (*tls.Conn, error) {
	secured := tls.Client(conn, settings)
	if err := conn.SetDeadline(time.Now().Add(15 * time.Second)); err != nil {
		return nil, err
	}
	if err := secured.Handshake(); err != nil {
		conn.Close()
		return nil, err
	}
	return secured, conn.SetDeadline(time.Time{})
}

// DialTLS is both.
func DialTLS(ctx context.Context, addr string, settings *tls.Config) (*tls.Conn, error) {
	conn, err := Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	if settings = settings.Clone(); settings.ServerName == "" {
		settings.ServerName, _, _ = net.SplitHostPort(addr)
	}
	return Secure(conn, settings)
}
