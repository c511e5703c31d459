package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// pin stores an audition with its next revision.
func (k Keeper) pin(ctx context.Context, s *scene, head songtypes.Digest, message string) (types.Revision, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	s.audition.Revision++
	r := types.Revision{
		Number: s.audition.Revision, Head: head.String(), Author: s.signer.Text, Message: message,
		Height: sdkCtx.BlockHeight(), Time: sdkCtx.BlockTime(),
	}
	if err := k.auditions.Set(ctx, keyOf(s.id, s.audition), s.audition); err != nil {
		return r, err
	}
	return r, k.revisions.Set(ctx, collections.Join3(s.id, s.audition.Number, r.Number), r)
}

// latest reads an audition's latest revision.
func (k Keeper) latest(ctx context.Context, id songtypes.SongID, a types.Audition) (types.Revision, error) {
	return k.revisions.Get(ctx, collections.Join3(id, a.Number, a.Revision))
}

func (k Keeper) reviseAudition(ctx context.Context, msg *types.MsgReviseAudition) (types.Revision, error) {
	s, err := k.beginOpen(ctx, msg.Signer, msg.SongId, msg.Number)
	if err != nil {
		return types.Revision{}, err
	}
	if err := s.params.CheckMessage("message", msg.Message); err != nil {
		return types.Revision{}, err
	}
	if err := k.mayRevise(ctx, s); err != nil {
		return types.Revision{}, err
	}
	if err := k.welcome(ctx, s); err != nil {
		return types.Revision{}, err
	}
	head, err := k.sourceHead(ctx, s.audition, msg.Head)
	if err != nil {
		return types.Revision{}, err
	}
	if err := k.isNewer(ctx, s, head); err != nil {
		return types.Revision{}, err
	}
	r, err := k.pin(ctx, s, head, msg.Message)
	if err != nil {
		return r, err
	}
	if err := k.wait(ctx, s); err != nil {
		return r, err
	}
	return r, emit(ctx, &types.EventAuditionRevised{
		SongId: s.song.Id, Number: s.audition.Number, Revision: r.Number, Head: r.Head, Signer: s.signer.Text,
	})
}

func (k Keeper) mayRevise(ctx context.Context, s *scene) error {
	if s.opened() {
		return nil
	}
	_, source, err := k.song(ctx, s.audition.SourceSongId)
	if err != nil {
		return err
	}
	may, err := k.songs.MayWrite(ctx, source, s.signer.Raw)
	if err == nil && !may {
		err = errorsmod.Wrapf(types.ErrUnauthorized, "%s neither opened audition %d nor writes to %s", s.signer.Text, s.audition.Number, source.Id)
	}
	return err
}

// isNewer refuses a revision of the head that was offered last.
func (k Keeper) isNewer(ctx context.Context, s *scene, head songtypes.Digest) error {
	last, err := k.latest(ctx, s.id, s.audition)
	if err != nil {
		return err
	}
	if last.Head == head.String() {
		return errorsmod.Wrapf(types.ErrNothingOffered, "revision %d has %s already; push the new take to %q first", last.Number, head, s.audition.SourceBranch)
	}
	return k.isNew(ctx, s, head)
}

// isLatest refuses messages of somebody who listened to an earlier revision.
func isLatest(a types.Audition, revision uint32) error {
	if revision != a.Revision {
		return errorsmod.Wrapf(types.ErrStaleRevision, "revision %d is the latest, not %d; listen to it first", a.Revision, revision)
	}
	return nil
}
