package agent

import (
	"net"

	"teleport-standin/internal/build"
	"teleport-standin/internal/resource"
)

// node is how the agent is listed.
func (a *Agent) node(tunnel bool) *resource.Resource {
	spec := map[string]interface{}{
		"addr": "", "hostname": a.Settings.NodeName, "version": build.Version, "rotation": rotation(),
	}
	if tunnel {
		spec["use_tunnel"] = true
	} else {
		spec["addr"] = a.addr()
	}
	if public := a.Settings.SSH.PublicAddrs; len(public) > 0 {
		spec["public_addrs"] = public
	}
	if commands := a.labels.results(); len(commands) > 0 {
		spec["cmd_labels"] = commands
	}
	return &resource.Resource{
		Kind: resource.Node, Version: "v2", Spec: spec,
		Metadata: resource.Metadata{Name: a.HostID, Labels: a.Settings.SSH.Labels},
	}
}

// addr is where the node listens, as others see it.
func (a *Agent) addr() string {
	host, port, _ := net.SplitHostPort(a.Settings.SSH.ListenAddr)
	if a.Settings.AdvertiseIP != "" {
		if advertised, advertisedPort, err := net.SplitHostPort(a.Settings.AdvertiseIP); err == nil {
			return net.JoinHostPort(advertised, advertisedPort)
		}
		return net.JoinHostPort(a.Settings.AdvertiseIP, port)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func rotation() map[string]interface{} {
	zero := "0001-01-01T00:00:00Z"
	return map[string]interface{}{
		"current_id": "", "started": zero, "last_rotated": zero,
		"schedule": map[string]interface{}{"update_clients": zero, "update_servers": zero, "standby": zero},
	}
}
