package web

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"teleport-standin/internal/wire"
)

// handler is all that the web port answers over HTTP.
func (p *Proxy) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/webapi/ping", p.get(func(http.ResponseWriter, *http.Request) (interface{}, error) { return p.ping(), nil }))
	mux.HandleFunc("/webapi/ping/", p.get(func(http.ResponseWriter, *http.Request) (interface{}, error) { return p.ping(), nil }))
	mux.HandleFunc("/webapi/find", p.get(func(http.ResponseWriter, *http.Request) (interface{}, error) { return p.find(), nil }))
	mux.HandleFunc("/webapi/users/password/token/", p.get(p.invitation))
	mux.HandleFunc("/webapi/host/credentials", p.join)
	mux.HandleFunc(wire.UpgradePath, p.upgrade)
	mux.HandleFunc("/web", p.page)
	mux.HandleFunc("/web/", p.page)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/web", http.StatusFound)
			return
		}
		fail(w, http.StatusNotFound, fmt.Errorf("path %s not found", r.URL.Path))
	})
	return p.guarded(mux)
}

// guarded answers only for the proxy's own addresses, and refuses a list of addresses from a proxy in front that is trusted.
func (p *Proxy) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forwarded := r.Header.Values("X-Forwarded-For"); p.settings.Proxy.TrustForwarded && len(forwarded) > 0 {
			if one := strings.Join(forwarded, ", "); strings.Contains(one, ",") {
				fail(w, http.StatusBadRequest, fmt.Errorf("expect a single IP from X-Forwarded-For but got %q: it requires exactly one IP", one))
				return
			}
		}
		if host := hostOf(r.Host); !p.own(host) {
			// The real one takes the name for that of an application behind it.
			target := url.URL{Scheme: "https", Host: p.settings.Proxy.PublicAddrs[0], Path: "/web/launch/" + host}
			http.Redirect(w, r, target.String(), http.StatusFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (p *Proxy) own(host string) bool {
	if len(p.settings.Proxy.PublicAddrs) == 0 || host == "localhost" || net.ParseIP(host) != nil {
		return true
	}
	for _, addr := range p.settings.Proxy.PublicAddrs {
		if strings.EqualFold(hostOf(addr), host) {
			return true
		}
	}
	return false
}

func hostOf(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	return strings.Trim(addr, "[]")
}

func (p *Proxy) get(answer func(http.ResponseWriter, *http.Request) (interface{}, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			fail(w, http.StatusMethodNotAllowed, fmt.Errorf("method %s is not allowed", r.Method))
			return
		}
		value, err := answer(w, r)
		if err != nil {
			fail(w, http.StatusNotFound, err)
			return
		}
		reply(w, http.StatusOK, value)
	}
}

// join is where a host asks for an identity.
func (p *Proxy) join(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		fail(w, http.StatusMethodNotAllowed, fmt.Errorf("method %s is not allowed", r.Method))
		return
	}
	var request wire.JoinRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&request); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	admitted, err := p.auth.Join(request)
	if err != nil {
		fail(w, http.StatusForbidden, err)
		return
	}
	reply(w, http.StatusOK, admitted)
}

func (p *Proxy) invitation(_ http.ResponseWriter, r *http.Request) (interface{}, error) {
	token := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	found, ok := p.auth.Invitation(token)
	if !ok {
		return nil, fmt.Errorf("user token(%s) not found", token)
	}
	return map[string]interface{}{"tokenId": token, "user": found.User, "expires": found.Expires}, nil
}

// page stands for the web interface. Nobody can log in here.
func (p *Proxy) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html>\n<title>Teleport</title>\n<p>Teleport stand-in: cluster %s. There is no web interface.</p>\n",
		p.auth.ClusterName())
}

func fail(w http.ResponseWriter, code int, err error) {
	reply(w, code, map[string]interface{}{"error": map[string]string{"message": err.Error()}})
}

func reply(w http.ResponseWriter, code int, value interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
}
