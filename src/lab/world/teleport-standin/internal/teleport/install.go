package teleport

import (
	"fmt"
	"os"

	"teleport-standin/internal/cli"
)

// unit is as the vendor's package has it.
const unit = `[Unit]
Description=Teleport Service
After=network.target

[Service]
Type=simple
Restart=always
RestartSec=5
EnvironmentFile=-/etc/default/teleport
ExecStart=/usr/local/bin/teleport start --config /etc/teleport.yaml --pid-file=/run/teleport.pid
# systemd before 239 needs an absolute path
ExecReload=/bin/sh -c "exec pkill -HUP -L -F /run/teleport.pid"
PIDFile=/run/teleport.pid
LimitNOFILE=524288

[Install]
WantedBy=multi-user.target
`

func install(args []string) error {
	given, err := cli.Parse(args, []cli.Flag{{Name: "output", Short: "o"}})
	if err != nil {
		return err
	}
	what, err := given.One("what to install")
	if err != nil {
		return err
	}
	if what != "systemd" {
		return fmt.Errorf("expected command but got %q", what)
	}
	if path := given.Text("output"); path != "" && path != "stdout" {
		return os.WriteFile(path, []byte(unit), 0o644)
	}
	fmt.Print(unit)
	return nil
}
