package auth_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"teleport-standin/internal/agent"
	"teleport-standin/internal/config"
	"teleport-standin/internal/logging"
	"teleport-standin/internal/resource"
	"teleport-standin/internal/wire"
)

func trustedPair() string {
	return fmt.Sprintf("https_keypairs: [{ cert_file: %s, key_file: %s }]", filepath.Join(trusted, "cert"), filepath.Join(trusted, "key"))
}

func logTo(t *testing.T) (*logging.Log, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	log, err := logging.Open(config.Log{Output: path}, true)
	must(t, err)
	return log, path
}

func wait(t *testing.T, one *host) {
	t.Helper()
	select {
	case <-one.ready:
	case said := <-one.lost:
		t.Fatalf("it did not join: %s", said)
	case <-time.After(30 * time.Second):
		t.Fatal("it did not join")
	}
}

func refused(t *testing.T, one *host, want string) {
	t.Helper()
	select {
	case <-one.ready:
		t.Fatal("it joined")
	case said := <-one.lost:
		if !strings.Contains(said, want) {
			t.Errorf("got %q, want %q", said, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("nothing happened")
	}
}

func TestJoinThroughTheProxy(t *testing.T) {
	lab := raise(t, time.Minute, trustedPair())
	proxy := fmt.Sprintf("proxy_server: %q", lab.web)
	token := lab.token("Node", time.Minute)
	first := lab.start(proxy, token)
	wait(t, first)
	// A token admits as many as come until it expires.
	wait(t, lab.start(proxy, token))
	all := lab.nodes()
	if len(all) != 2 {
		t.Fatalf("%d nodes", len(all))
	}
	for _, node := range all {
		if node.Spec["hostname"] != "dgx01" || node.Spec["use_tunnel"] != true || node.Spec["addr"] != "" || node.Metadata.Labels["fleet"] != "dgx" {
			t.Errorf("%+v", node)
		}
	}
	var took time.Duration
	must(t, lab.calls.Call("Admin.PingInstance", first.id, &took))
	if err := lab.calls.Call("Admin.PingInstance", "nobody", &took); err == nil || !strings.Contains(err.Error(), "no control stream found") {
		t.Error(err)
	}
	until(t, "the label of a command", func() bool {
		text := fmt.Sprint(lab.nodes()[0].Spec["cmd_labels"])
		return strings.Contains(text, "result:8")
	})
}

func TestJoinIsRefused(t *testing.T) {
	lab := raise(t, time.Minute, trustedPair())
	proxy := fmt.Sprintf("proxy_server: %q", lab.web)
	short := lab.token("Node", time.Millisecond)
	deleted := lab.token("Node", time.Minute)
	must(t, lab.calls.Call("Admin.Remove", wire.Ref{Kind: resource.Token, Name: deleted}, &struct{}{}))
	const expired = "the token expired or not found"
	for _, one := range []struct{ name, token, want string }{
		{"an unknown token", resource.Hex(), expired},
		{"an expired token", short, expired},
		{"a deleted token", deleted, expired},
		{"a token for proxies", lab.token("Proxy", time.Minute), `the token does not allow "Node" role`},
		{"a token for bots", lab.token("Bot", time.Minute), "cannot requisition instance certs (token contains no local service roles)"},
		{"a token file that is not there", "/none/of/that", "no such file or directory"},
	} {
		t.Run(one.name, func(t *testing.T) { refused(t, lab.start(proxy, one.token), one.want) })
	}
	if all := lab.nodes(); len(all) > 0 {
		t.Errorf("%d nodes", len(all))
	}
}

func TestJoinIsRefusedWhereTheCertificateIsNotTrusted(t *testing.T) {
	lab := raise(t, time.Minute, "")
	refused(t, lab.start(fmt.Sprintf("proxy_server: %q", lab.web), lab.token("Node", time.Minute)), "x509: ")
}

func TestJoinByUpgrade(t *testing.T) {
	lab := raise(t, time.Minute, trustedPair())
	t.Setenv(wire.UpgradeEnv, "other:443=no,"+lab.web+"=yes")
	wait(t, lab.start(fmt.Sprintf("proxy_server: %q", lab.web), lab.token("Node", time.Minute)))
}

func TestJoinDirectly(t *testing.T) {
	lab := raise(t, time.Minute, "")
	var status wire.Status
	must(t, lab.calls.Call("Admin.Status", struct{}{}, &status))
	token := lab.token("Node", time.Minute)
	server := fmt.Sprintf("auth_server: %q", lab.auth)
	for _, one := range []struct{ pin, want string }{
		{"sha256:" + strings.Repeat("0", 64), "cluster pin does not match any provided certificate authority pin"},
		{"abc", "invalid format for certificate pin"},
		{"md5:abc", "sha256 only supported hashing algorithm"},
	} {
		t.Run(one.pin, func(t *testing.T) { refused(t, lab.start(server+", ca_pin: \""+one.pin+"\"", token), one.want) })
	}
	pinned := lab.start(server+", ca_pin: \""+status.Pins[0]+"\"", token)
	wait(t, pinned)
	if node := lab.nodes()[0]; node.Spec["use_tunnel"] != nil || node.Spec["addr"] != "127.0.0.1:3022" {
		t.Errorf("%+v", node)
	}
	wait(t, lab.start(server, token))
}

func TestNodesAreForgotten(t *testing.T) {
	lab := raise(t, 2*time.Second, trustedPair())
	proxy := fmt.Sprintf("proxy_server: %q", lab.web)
	token := lab.token("Node", time.Minute)

	polite := lab.start(proxy, token)
	wait(t, polite)
	polite.leave(nil)
	until(t, "a node that says goodbye is forgotten", func() bool { return len(lab.nodes()) == 0 })

	reloading := lab.start(proxy, token)
	wait(t, reloading)
	reloading.leave(agent.Reload)
	if len(lab.nodes()) != 1 {
		t.Error("a node that reloads was forgotten at once")
	}
	until(t, "a node that stays away is forgotten", func() bool { return len(lab.nodes()) == 0 })
}

func TestADeletedNodeComesBack(t *testing.T) {
	lab := raise(t, time.Minute, trustedPair())
	one := lab.start(fmt.Sprintf("proxy_server: %q", lab.web), lab.token("Node", time.Minute))
	wait(t, one)
	must(t, lab.calls.Call("Admin.Remove", wire.Ref{Kind: resource.Node, Name: one.id}, &struct{}{}))
	until(t, "it announces itself again", func() bool { return len(lab.nodes()) == 1 })
}
