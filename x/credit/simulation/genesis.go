// Package simulation makes random messages about credits, for long runs of the whole
// chain. It sees the state as clients do, through queries, and is linked into the
// node only because the SDK's module interface asks for it: nothing here runs in
// consensus. The song module's simulation makes the commits.
package simulation

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/parrots-music/parrots/x/credit/types"
)

// RandomizedGenState begins without credits, under random limits.
func RandomizedGenState(s *module.SimulationState) {
	gs := types.DefaultGenesis()
	gs.Params.MaxAuditionCommits = uint32(s.Rand.Intn(100))
	gs.Params.GasPerByte = uint64(s.Rand.Intn(10))
	s.GenState[types.ModuleName] = s.Cdc.MustMarshalJSON(gs)
}
