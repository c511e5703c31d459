package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func (k Keeper) respect(ctx context.Context, msg *types.MsgRespect) error {
	wallet, err := k.wallet(msg.Wallet)
	if err != nil {
		return err
	}
	id, song, owner, err := k.openSong(ctx, msg.SongId, wallet)
	if err != nil {
		return err
	}
	if owner.Text == wallet.Text {
		return errorsmod.Wrap(types.ErrOwnSong, "respect is what others give it")
	}
	has, err := k.respects.Has(ctx, collections.Join(id, wallet.Raw))
	if err != nil {
		return err
	}
	if has {
		return errorsmod.Wrapf(types.ErrAlreadyRespected, "%s respects %s; each wallet does once", wallet.Text, song.Id)
	}
	height, _, _ := now(ctx)
	if err := k.insertRespect(ctx, id, wallet.Raw, types.RespectRecord{Owner: owner.Raw, Height: height}); err != nil {
		return err
	}
	if err := k.honor(ctx, owner.Raw, 1); err != nil {
		return err
	}
	return emit(ctx, &types.EventRespected{Wallet: wallet.Text, SongId: song.Id, Owner: owner.Text})
}

// insertRespect stores a respect with its indexes and counts.
func (k Keeper) insertRespect(ctx context.Context, id songtypes.SongID, wallet []byte, record types.RespectRecord) error {
	height := ^uint64(record.Height)
	if err := k.respects.Set(ctx, collections.Join(id, wallet), record); err != nil {
		return err
	}
	if err := k.respectsOfSong.Set(ctx, collections.Join3(id, height, wallet)); err != nil {
		return err
	}
	if err := k.respectsOfWallet.Set(ctx, collections.Join3(wallet, height, id)); err != nil {
		return err
	}
	if err := k.count(ctx, wallet, func(c *types.WalletCounts) { c.Respects++ }); err != nil {
		return err
	}
	return k.respectCounts.Add(ctx, id, 1)
}

// unrespect takes back what was given, to whoever owned the song then.
func (k Keeper) unrespect(ctx context.Context, msg *types.MsgUnrespect) error {
	wallet, err := k.wallet(msg.Wallet)
	if err != nil {
		return err
	}
	id, err := songtypes.ParseSongID(msg.SongId)
	if err != nil {
		return err
	}
	key := collections.Join(id, wallet.Raw)
	record, err := getOr(ctx, k.respects, key, types.RespectRecord{})
	if err != nil {
		return err
	}
	if len(record.Owner) == 0 {
		return errorsmod.Wrapf(types.ErrNotRespected, "%s does not respect %s", wallet.Text, msg.SongId)
	}
	if err := k.removeRespect(ctx, id, wallet.Raw, record); err != nil {
		return err
	}
	if err := k.honor(ctx, record.Owner, -1); err != nil {
		return err
	}
	owner, err := k.addresses.BytesToString(record.Owner)
	if err != nil {
		return err
	}
	return emit(ctx, &types.EventUnrespected{Wallet: wallet.Text, SongId: msg.SongId, Owner: owner})
}

func (k Keeper) removeRespect(ctx context.Context, id songtypes.SongID, wallet []byte, record types.RespectRecord) error {
	height := ^uint64(record.Height)
	if err := k.respects.Remove(ctx, collections.Join(id, wallet)); err != nil {
		return err
	}
	if err := k.respectsOfSong.Remove(ctx, collections.Join3(id, height, wallet)); err != nil {
		return err
	}
	if err := k.respectsOfWallet.Remove(ctx, collections.Join3(wallet, height, id)); err != nil {
		return err
	}
	if err := k.count(ctx, wallet, func(c *types.WalletCounts) { c.Respects-- }); err != nil {
		return err
	}
	return k.respectCounts.Add(ctx, id, -1)
}

// honor tells the module that counts it, where there is one.
func (k Keeper) honor(ctx context.Context, owner []byte, delta int64) error {
	if k.neighbours.credit == nil {
		return nil
	}
	return k.neighbours.credit.AddRespects(ctx, owner, delta)
}
