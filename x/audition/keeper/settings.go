package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/audition/types"
)

func (k Keeper) setSettings(ctx context.Context, msg *types.MsgSetAuditionSettings) error {
	s, err := k.begin(ctx, msg.Signer, msg.SongId)
	if err != nil {
		return err
	}
	if err := s.active(); err != nil {
		return err
	}
	if !s.maintained {
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s is no maintainer of the song", s.signer.Text)
	}
	if n := msg.Settings.RequiredApprovals; n > s.params.MaxRequiredApprovals {
		return errorsmod.Wrapf(types.ErrLimit, "%d required approvals, limit is %d", n, s.params.MaxRequiredApprovals)
	}
	// What is as by default takes no room.
	if msg.Settings == (types.Settings{}) {
		err = k.settings.Remove(ctx, s.id)
	} else {
		err = k.settings.Set(ctx, s.id, msg.Settings)
	}
	if err != nil {
		return err
	}
	return emit(ctx, &types.EventSettingsSet{
		SongId: s.song.Id, RequiredApprovals: msg.Settings.RequiredApprovals, Signer: s.signer.Text,
	})
}
