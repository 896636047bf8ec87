package web

import (
	"strconv"
	"strings"
	"time"

	"teleport-standin/internal/build"
)

type object = map[string]interface{}

// ping tells a client how to reach the cluster and how people log in.
func (p *Proxy) ping() object {
	answer := p.common()
	answer["auth"] = p.authentication()
	answer["automatic_upgrades"] = false
	answer["auto_update"] = object{
		"tools_version": build.Version, "tools_auto_update": false, "agent_version": build.Version, "agent_auto_update": false,
		"agent_update_jitter_seconds": 60,
	}
	return answer
}

// find is what an agent asks: the same without how people log in.
func (p *Proxy) find() object {
	answer := p.ping()
	answer["auth"] = object{}
	if suite, given := p.settings.Auth.Authentication.Spec["signature_algorithm_suite"]; given {
		answer["auth"] = object{"signature_algorithm_suite": suite}
	}
	return answer
}

func (p *Proxy) common() object {
	return object{
		"server_version": build.Version, "min_client_version": minClient(), "cluster_name": p.auth.ClusterName(),
		"edition": "community", "fips": false,
		"proxy": object{
			"kube": p.kube(), "ssh": p.ssh(), "db": p.db(),
			"tls_routing_enabled": p.multiplex(),
		},
	}
}

func (p *Proxy) multiplex() bool { return p.settings.Auth.ListenerMode == "multiplex" }

func (p *Proxy) ssh() object {
	proxy := p.settings.Proxy
	ssh := object{
		"listen_addr": proxy.SSHListen, "tunnel_listen_addr": proxy.TunnelListen, "web_listen_addr": proxy.WebListen,
		"dial_timeout": int64(30 * time.Second),
	}
	if p.multiplex() {
		ssh["listen_addr"], ssh["tunnel_listen_addr"] = proxy.WebListen, proxy.WebListen
	}
	for key, addrs := range map[string][]string{
		"public_addr": proxy.PublicAddrs, "ssh_public_addr": proxy.SSHPublic, "ssh_tunnel_public_addr": proxy.TunnelPublic,
	} {
		if len(addrs) > 0 {
			ssh[key] = addrs[0]
		}
	}
	return ssh
}

func (p *Proxy) kube() object {
	proxy := p.settings.Proxy
	kube := object{"enabled": proxy.KubeEnabled}
	if p.multiplex() {
		kube["listen_addr"] = proxy.WebListen
	} else if proxy.KubeListen != "" {
		kube["listen_addr"] = proxy.KubeListen
	}
	if len(proxy.PublicAddrs) > 0 && p.multiplex() {
		kube["public_addr"] = proxy.PublicAddrs[0]
	}
	return kube
}

func (p *Proxy) db() object {
	if !p.multiplex() {
		return object{}
	}
	return object{"postgres_listen_addr": p.settings.Proxy.WebListen, "mysql_listen_addr": p.settings.Proxy.WebListen}
}

func (p *Proxy) authentication() object {
	spec := p.settings.Auth.Authentication.Spec
	factors := map[interface{}]bool{}
	if list, ok := spec["second_factors"].([]interface{}); ok {
		for _, one := range list {
			factors[one] = true
		}
	}
	// otp is 1 and webauthn 2, as in the resource.
	second := "off"
	switch {
	case factors[1] && factors[2]:
		second = "on"
	case factors[2]:
		second = "webauthn"
	case factors[1]:
		second = "otp"
	}
	answer := object{
		"type": spec["type"], "second_factor": second, "local": object{"name": ""}, "private_key_policy": "none", "piv_slot": "",
		"device_trust": object{}, "has_motd": p.settings.Auth.MessageOfDay, "default_session_ttl": spec["default_session_ttl"],
	}
	if factors[2] {
		answer["preferred_local_mfa"] = "webauthn"
	} else if factors[1] {
		answer["preferred_local_mfa"] = "otp"
	}
	for key, from := range map[string]string{"allow_passwordless": "allow_passwordless", "allow_headless": "allow_headless"} {
		if spec[from] == true {
			answer[key] = true
		}
	}
	for _, key := range []string{"webauthn", "signature_algorithm_suite"} {
		if value, given := spec[key]; given {
			answer[key] = value
		}
	}
	if p.settings.Auth.LoadAllCAs {
		answer["load_all_cas"] = true
	}
	return answer
}

// minClient is one major version back.
func minClient() string {
	first, _, _ := strings.Cut(build.Version, ".")
	major, _ := strconv.Atoi(first)
	return strconv.Itoa(major-1) + ".0.0"
}
