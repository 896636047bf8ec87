package web

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"teleport-standin/internal/wire"
)

// upgrade turns an HTTP connection into one that is routed by ALPN, as on the web port itself. Of the kinds that are asked for,
// the first that is known counts: websocket with the protocol alpn or alpn-ping, or one of these two without WebSocket.
func (p *Proxy) upgrade(w http.ResponseWriter, r *http.Request) {
	kind := p.chosen(r)
	if kind == "" {
		fail(w, http.StatusNotFound, fmt.Errorf("unsupported upgrade types: %q", wordsOf(r.Header, "Upgrade")))
		return
	}
	protocol := kind
	answer := "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + kind + "\r\n"
	if kind == "websocket" {
		protocol = known(wordsOf(r.Header, "Sec-WebSocket-Protocol"))
		answer += "Sec-WebSocket-Accept: " + wire.WebSocketAccept(r.Header.Get("Sec-WebSocket-Key")) + "\r\n" +
			"Sec-WebSocket-Protocol: " + protocol + "\r\n"
	}
	answer += "X-Teleport-Upgrade: " + protocol + "\r\n\r\n"
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		fail(w, http.StatusInternalServerError, fmt.Errorf("failed to hijack connection"))
		return
	}
	conn, both, err := hijacker.Hijack()
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	_ = conn.SetDeadline(time.Time{})
	if _, err := conn.Write([]byte(answer)); err != nil {
		conn.Close()
		return
	}
	var tunnel net.Conn = &buffered{conn, both.Reader}
	switch kind {
	case "websocket":
		tunnel = wire.NewWebSocket(conn, both.Reader, false)
	case "alpn-ping":
		// Its frames are not played: no agent of this program asks for them, and a probe needs the answer alone.
		p.log.Debug("PROXY", "The old upgrade alpn-ping is answered and not served.")
		time.AfterFunc(10*time.Second, func() { conn.Close() })
		return
	}
	p.Route(tunnel)
}

// chosen is the kind of upgrade, or empty.
func (p *Proxy) chosen(r *http.Request) string {
	for _, word := range wordsOf(r.Header, "Upgrade") {
		switch word = strings.ToLower(word); {
		case word == "websocket":
			if known(wordsOf(r.Header, "Sec-WebSocket-Protocol")) != "" && r.Header.Get("Sec-WebSocket-Key") != "" {
				return word
			}
		case known([]string{word}) != "":
			return word
		}
	}
	return ""
}

func known(words []string) string {
	for _, word := range words {
		if word == "alpn" || word == "alpn-ping" {
			return word
		}
	}
	return ""
}

// wordsOf are the values of a header that may come several times, or once with commas.
func wordsOf(header http.Header, name string) []string {
	words := []string{}
	for _, line := range header.Values(name) {
		for _, word := range strings.Split(line, ",") {
			words = append(words, strings.TrimSpace(word))
		}
	}
	return words
}
