package teleport

import (
	"fmt"
	"os"
	"strings"

	"teleport-standin/internal/cli"
	"teleport-standin/internal/config"
	"teleport-standin/internal/daemon"
)

var startFlags = []cli.Flag{
	{Name: "debug", Short: "d", Switch: true}, {Name: "config", Short: "c", File: true}, {Name: "config-string"},
	{Name: "pid-file"}, {Name: "roles", Short: "r"}, {Name: "token"}, {Name: "auth-server"}, {Name: "ca-pin"}, {Name: "nodename"},
	{Name: "diag-addr"}, {Name: "labels"}, {Name: "advertise-ip"}, {Name: "insecure", Switch: true},
	{Name: "skip-version-check", Switch: true}, {Name: "permit-user-env", Switch: true}, {Name: "fips", Switch: true},
}

func start(args []string) error {
	given, err := cli.Parse(args, startFlags)
	if err != nil {
		return err
	}
	if err := given.None(0); err != nil {
		return err
	}
	again := func() (*config.Settings, error) { return settingsOf(given) }
	settings, err := again()
	if err != nil {
		return err
	}
	return daemon.Run(settings, daemon.Options{
		Debug: given.On("debug"), SkipVersionCheck: given.On("skip-version-check"), Again: again,
	})
}

// settingsOf reads the file, both stages, and lays the command line over it.
func settingsOf(given *cli.Given) (*config.Settings, error) {
	file, path, err := fileOf(given)
	if err != nil {
		return nil, err
	}
	if err := overrideFile(file, given); err != nil {
		return nil, err
	}
	settings, err := config.Apply(file)
	if err != nil {
		return nil, err
	}
	settings.ConfigPath, settings.InsecureMode = path, given.On("insecure")
	if pins := given.All("ca-pin"); len(pins) > 0 {
		settings.CAPins = pins
	}
	return settings, settings.Validate()
}

func fileOf(given *cli.Given) (*config.FileConfig, string, error) {
	if encoded := given.Text("config-string"); encoded != "" {
		file, err := config.ReadString(encoded)
		return file, "", err
	}
	path := given.Text("config")
	if path == "" {
		if _, err := os.Stat(config.DefaultPath); err != nil {
			return config.Default(), "", nil
		}
		path = config.DefaultPath
	}
	file, err := config.ReadFile(path)
	return file, path, err
}

func overrideFile(file *config.FileConfig, given *cli.Given) error {
	for name, to := range map[string]*string{
		"pid-file": &file.Global.PIDFile, "nodename": &file.Global.NodeName, "diag-addr": &file.Global.DiagAddr,
		"advertise-ip": &file.Global.AdvertiseIP,
	} {
		if given.Has(name) {
			*to = given.Text(name)
		}
	}
	if given.Has("token") {
		file.Global.AuthToken, file.Global.JoinParams = given.Text("token"), config.JoinParams{}
	}
	if servers := given.All("auth-server"); len(servers) > 0 {
		file.Global.ProxyServer = ""
		if file.Version == "v3" {
			file.Global.AuthServer = servers[0]
		} else {
			file.Global.AuthServers = servers
		}
	}
	if given.Has("labels") {
		if file.SSH.Labels == nil {
			file.SSH.Labels = map[string]string{}
		}
		for _, pair := range strings.Split(given.Text("labels"), ",") {
			key, value, ok := strings.Cut(pair, "=")
			if !ok {
				return fmt.Errorf("cannot parse %q as labels: expected key=value", given.Text("labels"))
			}
			file.SSH.Labels[key] = value
		}
	}
	return overrideRoles(file, given)
}

// overrideRoles: --roles says which services run, whatever the file says.
func overrideRoles(file *config.FileConfig, given *cli.Given) error {
	if !given.Has("roles") {
		return nil
	}
	file.Auth.EnabledFlag, file.Proxy.EnabledFlag, file.SSH.EnabledFlag = "no", "no", "no"
	for _, role := range strings.Split(given.Text("roles"), ",") {
		switch strings.TrimSpace(role) {
		case "auth":
			file.Auth.EnabledFlag = "yes"
		case "proxy":
			file.Proxy.EnabledFlag = "yes"
		case "node":
			file.SSH.EnabledFlag = "yes"
		default:
			return fmt.Errorf("unknown role: %q; the stand-in plays auth, proxy and node", role)
		}
	}
	return nil
}
