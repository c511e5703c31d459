package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// two reads the wallet that signs and the other that it names.
func (k Keeper) two(wallet, other string) (songtypes.Wallet, songtypes.Wallet, error) {
	a, err := k.wallet(wallet)
	if err != nil {
		return a, a, err
	}
	b, err := k.wallet(other)
	if err == nil && a.Text == b.Text {
		err = errorsmod.Wrap(types.ErrSelf, "name another wallet")
	}
	return a, b, err
}

func (k Keeper) follow(ctx context.Context, msg *types.MsgFollow) error {
	wallet, followee, err := k.two(msg.Wallet, msg.Followee)
	if err != nil {
		return err
	}
	has, err := k.follows.Has(ctx, collections.Join(wallet.Raw, followee.Raw))
	if err != nil {
		return err
	}
	if has {
		return errorsmod.Wrapf(types.ErrAlreadyFollowed, "%s follows %s", wallet.Text, followee.Text)
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	counts, err := k.countsOf(ctx, wallet.Raw)
	if err != nil {
		return err
	}
	if counts.Following >= uint64(params.MaxFollows) {
		return errorsmod.Wrapf(types.ErrLimit, "%s follows %d wallets, limit is %d; unfollow one first", wallet.Text, counts.Following, params.MaxFollows)
	}
	height, _, _ := now(ctx)
	if err := k.insertFollow(ctx, wallet.Raw, followee.Raw, uint64(height)); err != nil {
		return err
	}
	return emit(ctx, &types.EventFollowed{Wallet: wallet.Text, Followee: followee.Text})
}

func (k Keeper) insertFollow(ctx context.Context, wallet, followee []byte, height uint64) error {
	if err := k.follows.Set(ctx, collections.Join(wallet, followee), height); err != nil {
		return err
	}
	if err := k.followers.Set(ctx, collections.Join3(followee, ^height, wallet)); err != nil {
		return err
	}
	if err := k.count(ctx, wallet, func(c *types.WalletCounts) { c.Following++ }); err != nil {
		return err
	}
	return k.followerCounts.Add(ctx, followee, 1)
}

func (k Keeper) unfollow(ctx context.Context, msg *types.MsgUnfollow) error {
	wallet, followee, err := k.two(msg.Wallet, msg.Followee)
	if err != nil {
		return err
	}
	key := collections.Join(wallet.Raw, followee.Raw)
	height, err := k.follows.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return errorsmod.Wrapf(types.ErrNotFollowed, "%s does not follow %s", wallet.Text, followee.Text)
	}
	if err != nil {
		return err
	}
	if err := k.follows.Remove(ctx, key); err != nil {
		return err
	}
	if err := k.followers.Remove(ctx, collections.Join3(followee.Raw, ^height, wallet.Raw)); err != nil {
		return err
	}
	if err := k.count(ctx, wallet.Raw, func(c *types.WalletCounts) { c.Following-- }); err != nil {
		return err
	}
	if err := k.followerCounts.Add(ctx, followee.Raw, -1); err != nil {
		return err
	}
	return emit(ctx, &types.EventUnfollowed{Wallet: wallet.Text, Followee: followee.Text})
}
