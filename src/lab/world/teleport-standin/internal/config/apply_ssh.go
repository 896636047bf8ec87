package config

import (
	"fmt"
	"regexp"
)

var labelKey = regexp.MustCompile(`^[a-zA-Z/.0-9_*-]+$`)

func applySSH(file *FileConfig, settings *Settings) error {
	given, ssh := file.SSH, &settings.SSH
	if ssh.Enabled = given.Enabled(); !ssh.Enabled {
		return nil
	}
	listen, err := addrOr(given.ListenAddress, sshPort, "0.0.0.0:3022")
	if err != nil {
		return err
	}
	ssh.ListenAddr, ssh.ForceListen, ssh.Labels, ssh.Commands = listen, given.ForceListen, given.Labels, given.Commands
	if ssh.PublicAddrs, err = parseAddrs(given.PublicAddr, sshPort); err != nil {
		return err
	}
	for key := range given.Labels {
		if !labelKey.MatchString(key) {
			return fmt.Errorf("invalid label key: %q", key)
		}
	}
	for _, command := range given.Commands {
		if !labelKey.MatchString(command.Name) {
			return fmt.Errorf("invalid label key: %q", command.Name)
		}
		if len(command.Command) == 0 {
			return fmt.Errorf("command label %q has no command", command.Name)
		}
	}
	return checkX11(given.X11)
}

func checkX11(x11 *X11) error {
	if x11 == nil {
		return nil
	}
	on, err := parseBool(x11.Enabled)
	if err != nil || !on {
		return err
	}
	offset := uint(10)
	if x11.DisplayOffset != nil {
		offset = *x11.DisplayOffset
	}
	if x11.MaxDisplay != nil && *x11.MaxDisplay < offset {
		return fmt.Errorf("x11.MaxDisplay cannot be smaller than x11.DisplayOffset")
	}
	return nil
}
