package wire

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// UpgradePath is where a connection turns into a tunnel, for proxies in between that pass no ALPN.
const UpgradePath = "/webapi/connectionupgrade"

// UpgradeEnv overrides the question whether a proxy address needs that.
const UpgradeEnv = "TELEPORT_TLS_ROUTING_CONN_UPGRADE"

// UpgradeByEnv is what the environment says of an address: `true`, or `addr=yes,addr=no`; known is false if it says nothing.
func UpgradeByEnv(addr string) (needed, known bool) {
	said := os.Getenv(UpgradeEnv)
	if said == "" {
		return false, false
	}
	everywhere := false
	for _, part := range strings.FieldsFunc(said, func(r rune) bool { return r == ',' || r == ';' }) {
		name, word, pair := strings.Cut(part, "=")
		switch {
		case pair && name == addr:
			return yes(word), true
		case !pair:
			everywhere = yes(part)
		}
	}
	return everywhere, true
}

func yes(word string) bool {
	switch strings.ToLower(word) {
	case "yes", "yeah", "y", "true", "1", "on":
		return true
	}
	return false
}

// UpgradeNeeded tries whether ALPN gets through: a peer that refuses or ignores it needs the upgrade. Any other failure counts as
// no, as in the real program.
func UpgradeNeeded(conn *tls.Conn, err error) bool {
	if err == nil {
		defer conn.Close()
		return conn.ConnectionState().NegotiatedProtocol == ""
	}
	text := err.Error()
	return strings.Contains(text, "no application protocol") || strings.Contains(text, "server selected unadvertised ALPN protocol")
}

// Upgrade asks for the tunnel on a connection to a proxy.
func Upgrade(conn net.Conn, addr string) (net.Conn, error) {
	const kind = "alpn-ping"
	key := WebSocketKey()
	request, err := http.NewRequest(http.MethodGet, "https://"+addr+UpgradePath, nil)
	if err != nil {
		return nil, err
	}
	// As the real client: WebSocket first, then the old kind.
	request.Header = http.Header{
		"Upgrade": {"websocket", kind}, "Connection": {"Upgrade"}, "X-Teleport-Upgrade": {kind},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {key}, "Sec-Websocket-Protocol": {kind},
	}
	if err := conn.SetDeadline(time.Now().Add(15 * time.Second)); err != nil {
		return nil, err
	}
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("failed to switch Protocols %v", response.StatusCode)
	}
	if !strings.EqualFold(response.Header.Get("Upgrade"), "websocket") {
		return nil, fmt.Errorf("upgraded to %q: the stand-in's agent speaks WebSocket alone", response.Header.Get("Upgrade"))
	}
	if response.Header.Get("Sec-WebSocket-Accept") != WebSocketAccept(key) {
		return nil, fmt.Errorf("websocket handshake failed: invalid Sec-WebSocket-Accept")
	}
	return NewWebSocket(conn, in, true), conn.SetDeadline(time.Time{})
}
