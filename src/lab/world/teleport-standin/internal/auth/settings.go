package auth

import (
	"fmt"

	"teleport-standin/internal/config"
	"teleport-standin/internal/resource"
)

// originLabel tells where a cluster-wide setting comes from: the file, tctl, or neither.
const originLabel = "teleport.dev/origin"

func setting(kind string) bool {
	return kind == resource.AuthPreference || kind == resource.Recording || kind == resource.Networking
}

// applySettings puts what the file says over what tctl said; where the file is silent, what tctl said stays.
func (s *Server) applySettings() {
	for kind, said := range s.fileSettings() {
		kept := (*resource.Resource)(nil)
		for _, one := range s.cluster.Resources[kind] {
			kept = one
		}
		if !said.FromFile && kept != nil && kept.Metadata.Labels[originLabel] == "dynamic" {
			continue
		}
		s.cluster.Resources[kind] = nil
		s.cluster.Put(fromFile(kind, said))
	}
}

func (s *Server) fileSettings() map[string]config.FileResource {
	auth := s.settings.Auth
	return map[string]config.FileResource{
		resource.AuthPreference: auth.Authentication, resource.Recording: auth.Recording, resource.Networking: auth.Networking,
	}
}

func fromFile(kind string, said config.FileResource) *resource.Resource {
	one := &resource.Resource{Kind: kind, Version: "v2", Spec: said.Spec}
	if err := resource.CheckSetting(one); err != nil {
		panic(err)
	}
	origin := map[bool]string{true: "config-file", false: "defaults"}[said.FromFile]
	one.Metadata.Labels = map[string]string{originLabel: origin}
	one.Touch()
	return one
}

func mayChange(before *resource.Resource, confirmed bool) error {
	if before == nil || before.Metadata.Labels[originLabel] != "config-file" || confirmed {
		return nil
	}
	return fmt.Errorf("The %s resource is managed by static configuration. We recommend removing configuration from teleport.yaml, "+
		"restarting the servers and trying this command again.\n\nIf you would still like to proceed, re-run the command with the "+
		"--confirm flag.", before.Kind)
}

// resetSetting is what deleting a setting does: the defaults come back.
func (s *Server) resetSetting(one *resource.Resource) error {
	if one.Metadata.Labels[originLabel] == "config-file" {
		return fmt.Errorf("This resource is managed by static configuration. In order to reset it to defaults, remove relevant " +
			"configuration from teleport.yaml and restart the servers.")
	}
	said := s.fileSettings()[one.Kind]
	s.cluster.Resources[one.Kind] = nil
	s.cluster.Put(fromFile(one.Kind, said))
	return s.cluster.Save()
}
