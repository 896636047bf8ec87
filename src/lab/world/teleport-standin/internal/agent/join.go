package agent

import (
	"context"
	"fmt"

	"teleport-standin/internal/build"
	"teleport-standin/internal/pki"
	"teleport-standin/internal/state"
	"teleport-standin/internal/wire"
)

// join gets an identity with the token, and keeps it: the token is needed once.
func (a *Agent) join(ctx context.Context, way way) (state.Identity, error) {
	token, err := a.token()
	if err != nil {
		return state.Identity{}, err
	}
	if token == "" {
		return state.Identity{}, fmt.Errorf("node must join a cluster, but no token is configured or its file is empty")
	}
	if a.Settings.JoinMethod != "token" {
		return state.Identity{}, fmt.Errorf("the stand-in joins with a token; it does not play the method %s", a.Settings.JoinMethod)
	}
	private, public, err := pki.NewKey()
	if err != nil {
		return state.Identity{}, err
	}
	a.Log.Info("PROC:1", "Joining the cluster with a secure token.")
	admitted, err := way.join(ctx, wire.JoinRequest{
		Token: token, HostID: a.HostID, NodeName: a.Settings.NodeName, Version: build.Version, PublicKey: public,
		Method: a.Settings.JoinMethod, Roles: []string{"Node"},
	})
	if err != nil {
		return state.Identity{}, err
	}
	identity := state.Identity{
		Pair: pki.Pair{Cert: admitted.Cert, Key: private}, Authority: admitted.Authority, Cluster: admitted.Cluster, HostID: a.HostID,
	}
	a.Log.Info("PROC:1", "Successfully registered.", "cluster", admitted.Cluster)
	return identity, state.SaveIdentity(a.Settings.DataDir, "node", identity)
}
