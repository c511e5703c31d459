package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
)

// closeAudition works in archived songs as well: an opener may always withdraw.
func (k Keeper) closeAudition(ctx context.Context, msg *types.MsgCloseAudition) error {
	s, err := k.beginAt(ctx, msg.Signer, msg.SongId, msg.Number)
	if err != nil {
		return err
	}
	if err := isOpen(s.audition); err != nil {
		return err
	}
	if err := s.params.CheckMessage("reason", msg.Reason); err != nil {
		return err
	}
	if !s.opened() && !s.maintained {
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s neither opened audition %d nor maintains the song", s.signer.Text, s.audition.Number)
	}
	s.audition.Closing = &types.Closing{
		Closer: s.signer.Text, Maintained: s.maintained && !s.opened(), Reason: msg.Reason,
		Height: sdk.UnwrapSDKContext(ctx).BlockHeight(),
	}
	if err := k.leave(ctx, s); err != nil {
		return err
	}
	if err := k.setStatus(ctx, s, types.Status_STATUS_CLOSED); err != nil {
		return err
	}
	return emit(ctx, &types.EventAuditionClosed{SongId: s.song.Id, Number: s.audition.Number, Signer: s.signer.Text})
}

func (k Keeper) reopenAudition(ctx context.Context, msg *types.MsgReopenAudition) error {
	s, err := k.beginAt(ctx, msg.Signer, msg.SongId, msg.Number)
	if err != nil {
		return err
	}
	if err := s.active(); err != nil {
		return err
	}
	if err := s.mayReopen(); err != nil {
		return err
	}
	if err := k.welcome(ctx, s); err != nil {
		return err
	}
	s.audition.Closing = nil
	if err := k.setStatus(ctx, s, types.Status_STATUS_OPEN); err != nil {
		return err
	}
	if err := k.enter(ctx, s); err != nil {
		return err
	}
	return emit(ctx, &types.EventAuditionReopened{SongId: s.song.Id, Number: s.audition.Number, Signer: s.signer.Text})
}

// mayReopen: what the song's people turned down is theirs to look at again.
func (s *scene) mayReopen() error {
	a := s.audition
	switch {
	case a.Status == types.Status_STATUS_OPEN:
		return errorsmod.Wrapf(types.ErrOpen, "number %d", a.Number)
	case a.Status == types.Status_STATUS_MERGED:
		return isOpen(a)
	case s.maintained, s.opened() && !a.Closing.Maintained:
		return nil
	case s.opened():
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s, who maintains the song, closed it; ask them, or open another", a.Closing.Closer)
	default:
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s neither opened audition %d nor maintains the song", s.signer.Text, a.Number)
	}
}
