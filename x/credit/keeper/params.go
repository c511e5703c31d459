package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/credit/types"
)

func (k Keeper) updateParams(ctx context.Context, msg *types.MsgUpdateParams) error {
	if err := sdk.ValidateAuthority(sdk.UnwrapSDKContext(ctx), k.authority, msg.Authority); err != nil {
		return err
	}
	if err := msg.Params.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, msg.Params); err != nil {
		return err
	}
	return emit(ctx, &types.EventParamsUpdated{Authority: msg.Authority})
}
