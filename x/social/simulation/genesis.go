// Package simulation makes random messages of the community, for long runs of the whole
// chain. It sees the state as clients do, through queries, and is linked into the
// node only because the SDK's module interface asks for it: nothing here runs in
// consensus.
package simulation

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/parrots-music/parrots/x/social/types"
)

// RandomizedGenState begins without people, under random limits.
func RandomizedGenState(s *module.SimulationState) {
	gs := types.DefaultGenesis()
	gs.Params.MaxFollows = uint32(100 + s.Rand.Intn(100))
	gs.Params.MaxLinks = uint32(1 + s.Rand.Intn(8))
	gs.Params.UsernameReserve = int64(s.Rand.Intn(1_000_000))
	s.GenState[types.ModuleName] = s.Cdc.MustMarshalJSON(gs)
}
