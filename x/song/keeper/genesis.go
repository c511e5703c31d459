package keeper

import (
	"context"

	"github.com/parrots-music/parrots/x/song/types"
)

// InitGenesis loads a state. Indexes are made anew.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	return k.params.Set(ctx, gs.Params)
}

// ExportGenesis returns the whole state.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	return &types.GenesisState{Params: params}, err
}
