// Package simulation makes random messages about auditions, for long runs of the
// whole chain. It sees the state as clients do, through queries, and is linked into
// the node only because the SDK's module interface asks for it: nothing here runs in
// consensus.
package simulation

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/parrots-music/parrots/x/audition/types"
)

// RandomizedGenState begins without auditions, under random limits.
func RandomizedGenState(s *module.SimulationState) {
	gs := types.DefaultGenesis()
	gs.Params.MaxWaiting = uint32(1 + s.Rand.Intn(20))
	gs.Params.MaxRequiredApprovals = uint32(1 + s.Rand.Intn(20))
	s.GenState[types.ModuleName] = s.Cdc.MustMarshalJSON(gs)
}
