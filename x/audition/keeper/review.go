package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func (k Keeper) reviewAudition(ctx context.Context, msg *types.MsgReviewAudition) error {
	s, err := k.beginOpen(ctx, msg.Reviewer, msg.SongId, msg.Number)
	if err != nil {
		return err
	}
	if err := s.params.CheckVerdict(msg.Verdict, msg.Body); err != nil {
		return err
	}
	if err := s.mayReview(msg.Verdict); err != nil {
		return err
	}
	if err := k.welcome(ctx, s); err != nil {
		return err
	}
	if err := isLatest(s.audition, msg.Revision); err != nil {
		return err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	review := types.Review{
		Revision: msg.Revision, Reviewer: s.signer.Text, Verdict: msg.Verdict, Body: msg.Body,
		Height: sdkCtx.BlockHeight(), Time: sdkCtx.BlockTime(),
	}
	if err := k.reviews.Set(ctx, reviewOf(s.id, s.audition, s.signer.Raw), review); err != nil {
		return err
	}
	return emit(ctx, &types.EventAuditionReviewed{
		SongId: s.song.Id, Number: s.audition.Number, Revision: msg.Revision, Reviewer: s.signer.Text, Verdict: msg.Verdict,
	})
}

// mayReview lets everybody comment, and maintainers judge what others offer.
func (s *scene) mayReview(verdict types.Verdict) error {
	switch {
	case verdict == types.Verdict_VERDICT_COMMENT:
		return nil
	case s.opened():
		return errorsmod.Wrap(types.ErrUnauthorized, "the opener comments on their own audition, and does not judge it")
	case !s.maintained:
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s is no maintainer of the song; leave a comment", s.signer.Text)
	default:
		return nil
	}
}

// reviewOf is the key of a wallet's review of the latest revision.
func reviewOf(id songtypes.SongID, a types.Audition, wallet []byte) reviewKey {
	return collections.Join4(id, a.Number, a.Revision, wallet)
}

// verdict is what a wallet says of the latest revision.
func (k Keeper) verdict(ctx context.Context, id songtypes.SongID, a types.Audition, wallet []byte) (types.Verdict, error) {
	review, err := orZero(k.reviews.Get(ctx, reviewOf(id, a, wallet)))
	return review.Verdict, err
}
