package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// IsBlocked says whether an owner keeps a wallet away from their songs. Addresses
// are raw.
func (k Keeper) IsBlocked(ctx context.Context, owner, who []byte) (bool, error) {
	return k.blocks.Has(ctx, collections.Join(owner, who))
}

func (k Keeper) notBlocked(ctx context.Context, owner, who songtypes.Wallet) error {
	blocked, err := k.IsBlocked(ctx, owner.Raw, who.Raw)
	if err == nil && blocked {
		err = errorsmod.Wrapf(types.ErrBlocked, "%s keeps %s away", owner.Text, who.Text)
	}
	return err
}

func (k Keeper) block(ctx context.Context, msg *types.MsgBlock) error {
	wallet, other, err := k.two(msg.Wallet, msg.Blocked)
	if err != nil {
		return err
	}
	blocked, err := k.IsBlocked(ctx, wallet.Raw, other.Raw)
	if err != nil {
		return err
	}
	if blocked {
		return errorsmod.Wrapf(types.ErrAlreadyBlocked, "%s keeps %s away", wallet.Text, other.Text)
	}
	if err := k.blocks.Set(ctx, collections.Join(wallet.Raw, other.Raw)); err != nil {
		return err
	}
	return emit(ctx, &types.EventBlocked{Wallet: wallet.Text, Blocked: other.Text})
}

func (k Keeper) unblock(ctx context.Context, msg *types.MsgUnblock) error {
	wallet, other, err := k.two(msg.Wallet, msg.Blocked)
	if err != nil {
		return err
	}
	blocked, err := k.IsBlocked(ctx, wallet.Raw, other.Raw)
	if err != nil {
		return err
	}
	if !blocked {
		return errorsmod.Wrapf(types.ErrNotBlocked, "%s does not keep %s away", wallet.Text, other.Text)
	}
	if err := k.blocks.Remove(ctx, collections.Join(wallet.Raw, other.Raw)); err != nil {
		return err
	}
	return emit(ctx, &types.EventUnblocked{Wallet: wallet.Text, Blocked: other.Text})
}
