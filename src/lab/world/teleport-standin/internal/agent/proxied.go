package agent

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"teleport-standin/internal/wire"
)

// proxied is the way through a proxy: its certificate is verified with what this host trusts.
type proxied struct {
	agent *Agent
	addr  string
	http  *http.Client
	found struct {
		ServerVersion string `json:"server_version"`
		Proxy         struct {
			SSH struct {
				PublicAddr       string `json:"public_addr"`
				WebListenAddr    string `json:"web_listen_addr"`
				TunnelListenAddr string `json:"tunnel_listen_addr"`
				TunnelPublicAddr string `json:"ssh_tunnel_public_addr"`
			} `json:"ssh"`
			TLSRouting bool `json:"tls_routing_enabled"`
		} `json:"proxy"`
	}
}

func (p *proxied) tunnel() bool { return true }

// throughProxy asks the proxy how to reach the cluster.
func (a *Agent) throughProxy(ctx context.Context, addr string) (way, error) {
	way := &proxied{agent: a, addr: addr}
	way.http = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		TLSClientConfig: way.outer(""), DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, target string) (net.Conn, error) { return wire.Dial(ctx, target) },
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+addr+"/webapi/find", nil)
	if err != nil {
		return nil, err
	}
	if err := way.ask(request, &way.found); err != nil {
		return nil, err
	}
	return way, a.checkVersion(way.found.ServerVersion)
}

func (p *proxied) outer(protocol string) *tls.Config {
	settings := &tls.Config{InsecureSkipVerify: p.agent.Settings.InsecureMode, MinVersion: tls.VersionTLS12}
	if protocol != "" {
		settings.NextProtos = []string{protocol}
	}
	return settings
}

func (p *proxied) ask(request *http.Request, answer interface{}) error {
	response, err := p.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			return fmt.Errorf("cannot parse the answer of %s; is it a Teleport proxy? %w", request.URL, err)
		}
		return nil
	}
	var refused struct{ Error struct{ Message string } }
	if json.NewDecoder(response.Body).Decode(&refused) != nil || refused.Error.Message == "" {
		return fmt.Errorf("%s answered %s", request.URL, response.Status)
	}
	return fmt.Errorf("%s", refused.Error.Message)
}

func (p *proxied) join(ctx context.Context, wanted wire.JoinRequest) (wire.JoinReply, error) {
	var admitted wire.JoinReply
	body, err := json.Marshal(wanted)
	if err != nil {
		return admitted, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+p.addr+"/webapi/host/credentials", bytes.NewReader(body))
	if err != nil {
		return admitted, err
	}
	request.Header.Set("Content-Type", "application/json")
	err = p.ask(request, &admitted)
	return admitted, err
}

// tunnelAddr is what the proxy says of itself, whatever address it was asked at, unless the environment says otherwise.
func (p *proxied) tunnelAddr() string {
	if said := os.Getenv("TELEPORT_TUNNEL_PUBLIC_ADDR"); said != "" {
		return said
	}
	ssh := p.found.Proxy.SSH
	dialled, _, _ := net.SplitHostPort(p.addr)
	at := func(listen, missing string) string {
		_, port, err := net.SplitHostPort(listen)
		if err != nil {
			port = missing
		}
		return net.JoinHostPort(dialled, port)
	}
	switch {
	case p.found.Proxy.TLSRouting && ssh.PublicAddr != "":
		return ssh.PublicAddr
	case p.found.Proxy.TLSRouting:
		return at(ssh.WebListenAddr, "3080")
	case ssh.TunnelPublicAddr != "":
		return ssh.TunnelPublicAddr
	}
	return at(ssh.TunnelListenAddr, "3024")
}

func (p *proxied) control(ctx context.Context, settings *tls.Config) (*tls.Conn, error) {
	addr := p.tunnelAddr()
	if !p.found.Proxy.TLSRouting {
		conn, err := wire.Dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		return wire.Secure(conn, settings)
	}
	needed, known := wire.UpgradeByEnv(addr)
	if !known {
		conn, err := wire.DialTLS(ctx, addr, p.outer(wire.ReverseTunnel))
		if needed = wire.UpgradeNeeded(conn, err); err != nil && !needed {
			p.agent.Log.Info("PROC:1", fmt.Sprintf("ALPN connection upgrade test failed for %q: %v.", addr, err))
		}
	}
	if !needed {
		outer, err := wire.DialTLS(ctx, addr, p.outer(wire.ReverseTunnel))
		if err != nil {
			return nil, err
		}
		if outer.ConnectionState().NegotiatedProtocol != wire.ReverseTunnel {
			outer.Close()
			return nil, fmt.Errorf("ssh: overflow reading version string")
		}
		return wire.Secure(outer, settings)
	}
	return p.upgraded(ctx, addr, settings)
}

// upgraded goes through a proxy in front that terminates TLS: HTTP upgrade, then TLS with ALPN inside, then the cluster's own.
func (p *proxied) upgraded(ctx context.Context, addr string, settings *tls.Config) (*tls.Conn, error) {
	outer, err := wire.DialTLS(ctx, addr, p.outer("http/1.1"))
	if err != nil {
		return nil, err
	}
	inside, err := wire.Upgrade(outer, addr)
	if err != nil {
		outer.Close()
		return nil, err
	}
	// The certificate in here is Teleport's own, self-signed one. Both sides prove themselves right after it.
	routed := p.outer(wire.ReverseTunnel)
	routed.InsecureSkipVerify = true
	between, err := wire.Secure(inside, routed)
	if err != nil {
		return nil, err
	}
	return wire.Secure(between, settings)
}
