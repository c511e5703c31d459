// Package simulation makes random messages about songs, for long runs of the whole
// chain. It sees the state as clients do, through queries, and is linked into the
// node only because the SDK's module interface asks for it: nothing here runs in
// consensus.
package simulation

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/parrots-music/parrots/x/song/types"
)

// RandomizedGenState begins without songs, under random limits.
func RandomizedGenState(s *module.SimulationState) {
	gs := types.DefaultGenesis()
	gs.Params.MaxBranches = uint32(4 + s.Rand.Intn(100))
	gs.Params.MaxCollaborators = uint32(10 + s.Rand.Intn(100))
	gs.Params.GasPerByte = uint64(s.Rand.Intn(10))
	s.GenState[types.ModuleName] = s.Cdc.MustMarshalJSON(gs)
}
