package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/song/types"
)

// offerSong is the first of a transfer's two steps, or takes it back.
func (k Keeper) offerSong(ctx context.Context, msg *types.MsgTransferSong) error {
	owner, err := k.wallet(msg.Owner)
	if err != nil {
		return err
	}
	id, song, err := k.activeSong(ctx, msg.SongId)
	if err != nil {
		return err
	}
	if owner.Text != song.Owner {
		return errorsmod.Wrapf(types.ErrUnauthorized, "only the owner %s gives the song away", song.Owner)
	}
	if msg.NewOwner == "" {
		return k.withdrawOffer(ctx, id, song)
	}
	heir, err := k.wallet(msg.NewOwner)
	if err != nil {
		return err
	}
	if bytes.Equal(heir.Raw, owner.Raw) {
		return errorsmod.Wrap(types.ErrInvalidAddress, "the new owner is the owner")
	}
	song.PendingOwner = heir.Text
	return k.setOffer(ctx, id, song)
}

func (k Keeper) withdrawOffer(ctx context.Context, id types.SongID, song types.Song) error {
	if song.PendingOwner == "" {
		return errorsmod.Wrapf(types.ErrNotOffered, "%s: nothing to withdraw", song.Id)
	}
	song.PendingOwner = ""
	return k.setOffer(ctx, id, song)
}

func (k Keeper) setOffer(ctx context.Context, id types.SongID, song types.Song) error {
	if err := k.songs.Set(ctx, id, song); err != nil {
		return err
	}
	return emit(ctx, &types.EventSongOffered{SongId: song.Id, Owner: song.Owner, NewOwner: song.PendingOwner})
}

// acceptSong is a transfer's second step. The song keeps its id and its people.
func (k Keeper) acceptSong(ctx context.Context, msg *types.MsgAcceptSong) error {
	heir, err := k.wallet(msg.NewOwner)
	if err != nil {
		return err
	}
	id, song, err := k.activeSong(ctx, msg.SongId)
	if err != nil {
		return err
	}
	if song.PendingOwner == "" || song.PendingOwner != heir.Text {
		return errorsmod.Wrapf(types.ErrNotOffered, "%s to %s", song.Id, heir.Text)
	}
	old, err := k.wallet(song.Owner)
	if err != nil {
		return err
	}
	if err := k.names.Remove(ctx, collections.Join(old.Raw, song.Name)); err != nil {
		return err
	}
	if msg.Name != "" {
		if err := k.renameAmongAll(ctx, id, song.Name, msg.Name); err != nil {
			return err
		}
		song.Name = msg.Name
	}
	if err := k.claimName(ctx, heir, song.Name, id); err != nil {
		return err
	}
	// An owner is no collaborator of their own song.
	if err := k.removeRole(ctx, id, heir); err != nil {
		return err
	}
	song.Owner, song.PendingOwner = heir.Text, ""
	if err := k.songs.Set(ctx, id, song); err != nil {
		return err
	}
	return emit(ctx, &types.EventSongTransferred{SongId: song.Id, OldOwner: old.Text, NewOwner: heir.Text})
}
