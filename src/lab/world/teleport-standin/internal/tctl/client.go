package tctl

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"path/filepath"
	"time"

	"teleport-standin/internal/cli"
	"teleport-standin/internal/config"
	"teleport-standin/internal/pki"
	"teleport-standin/internal/state"
	"teleport-standin/internal/wire"
)

// client is a connection to the auth service of this host.
type client struct{ rpc *rpc.Client }

func (c *client) close() { c.rpc.Close() }

// call makes one call; the method is one of auth.Admin.
func (c *client) call(method string, args, reply interface{}) error {
	return c.rpc.Call("Admin."+method, args, reply)
}

// connect finds the auth service and this host's right to it as the real one does: the file, then data_dir.
func connect(given *cli.Given) (*client, error) {
	if given.Has("identity") {
		return nil, fmt.Errorf("the stand-in's tctl works on the host of the auth service alone; it takes no --identity")
	}
	dir, addr, err := place(given)
	if err != nil {
		return nil, err
	}
	uuid := filepath.Join(dir, "host_uuid")
	if _, err := state.HostUUID(dir); os.IsNotExist(err) {
		return nil, fmt.Errorf("Could not load Teleport host UUID file at %s. Please make sure that a Teleport Auth Service instance is "+
			"running on this host prior to using tctl or provide credentials by logging in with tsh first.\n\t%w", uuid, err)
	} else if err != nil {
		return nil, fmt.Errorf("Teleport does not have permission to read Teleport host UUID file at %s. Ensure that you are running as "+
			"a user with appropriate permissions or provide credentials by logging in with tsh first.\n\t%w", uuid, err)
	}
	identity, err := state.LoadIdentity(dir, "admin")
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("tctl must be used on an Auth Service host or provided with credentials by logging in with tsh first.")
	}
	if err != nil {
		return nil, err
	}
	settings, err := pki.Client(identity.Pair, identity.Authority)
	if err != nil {
		return nil, err
	}
	settings.NextProtos = []string{wire.Calls}
	conn, err := dial(addr, settings)
	if err != nil {
		fmt.Fprintf(os.Stderr, "ERROR: Cannot connect to the auth server. Is the auth server running on %q?\n", addr)
		fmt.Fprintf(os.Stderr, "\t%v\n", err)
		return nil, cli.Exit(1)
	}
	return &client{rpc.NewClientWithCodec(jsonrpc.NewClientCodec(conn))}, nil
}

// place is data_dir and the address of the auth service.
func place(given *cli.Given) (dir, addr string, err error) {
	file, err := fileOf(given)
	if err != nil {
		return "", "", err
	}
	dir, addr = "/var/lib/teleport", "127.0.0.1:3025"
	if file != nil {
		if file.Global.DataDir != "" {
			dir = file.Global.DataDir
		}
		if file.Auth.Enabled() {
			settings, err := config.Apply(file)
			if err != nil {
				return "", "", err
			}
			dir, addr = settings.DataDir, local(settings.Auth.ListenAddr)
		}
	}
	if given.Has("auth-server") {
		addr = given.Text("auth-server")
	}
	return dir, addr, nil
}

func fileOf(given *cli.Given) (*config.FileConfig, error) {
	if encoded := given.Text("config-string"); encoded != "" {
		return config.ReadString(encoded)
	}
	path := given.Text("config")
	if said, set := os.LookupEnv("TELEPORT_CONFIG_FILE"); path == "" && set {
		path = said
	}
	if path == "" {
		if _, err := os.Stat(config.DefaultPath); err != nil {
			return nil, nil
		}
		path = config.DefaultPath
	}
	return config.ReadFile(path)
}

// local is an address as this host dials it.
func local(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func dial(addr string, settings *tls.Config) (*tls.Conn, error) {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return wire.Secure(conn, settings)
}
