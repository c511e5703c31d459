package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// mergeAudition is a push whose result leads to both heads: to the branch's, which
// the push checks, and to the one that was offered.
func (k Keeper) mergeAudition(ctx context.Context, msg *types.MsgMergeAudition) (*songtypes.MsgPushResponse, error) {
	s, err := k.beginOpen(ctx, msg.Signer, msg.SongId, msg.Number)
	if err != nil {
		return nil, err
	}
	if !s.maintained {
		return nil, errorsmod.Wrapf(types.ErrUnauthorized, "%s is no maintainer of the song: maintainers merge", s.signer.Text)
	}
	if err := s.checkPush(msg); err != nil {
		return nil, err
	}
	if err := isLatest(s.audition, msg.Revision); err != nil {
		return nil, err
	}
	standing, err := k.standing(ctx, s.id, s.song, s.audition)
	if err != nil {
		return nil, err
	}
	if err := mayMerge(s.audition, standing); err != nil {
		return nil, err
	}
	base, err := k.songs.Branch(ctx, s.id, s.audition.Branch)
	if err != nil {
		return nil, err
	}
	pushed, head, err := k.take(ctx, s, msg)
	if err != nil {
		return nil, err
	}
	return pushed, k.merged(ctx, s, songtypes.Digest(base.Head), head)
}

// take pushes, and checks that the new head leads to the one that was offered.
func (k Keeper) take(ctx context.Context, s *scene, msg *types.MsgMergeAudition) (*songtypes.MsgPushResponse, songtypes.Digest, error) {
	offer, err := k.offer(ctx, s)
	if err != nil {
		return nil, offer.Head, err
	}
	pushed, err := k.songs.PushOffered(ctx, &msg.Push, offer)
	if err != nil {
		return nil, offer.Head, err
	}
	head, err := songtypes.ParseDigest(pushed.Head)
	if err != nil {
		return nil, head, err
	}
	return pushed, head, errorsmod.Wrap(k.songs.Leads(ctx, head, offer.Head, msg.OfferedEdges), "offered head")
}

// offer is what the latest revision offers. Its song is named where it is offered by
// somebody who may set that song's licence, so that the licence is theirs to waive; a
// writer's offer is as any push of theirs.
func (k Keeper) offer(ctx context.Context, s *scene) (songtypes.Offer, error) {
	id, source, err := k.song(ctx, s.audition.SourceSongId)
	if err != nil {
		return songtypes.Offer{}, err
	}
	revision, err := k.latest(ctx, s.id, s.audition)
	if err != nil {
		return songtypes.Offer{}, err
	}
	head, err := songtypes.ParseDigest(revision.Head)
	if err != nil {
		return songtypes.Offer{}, err
	}
	author, err := k.wallet(revision.Author)
	if err != nil {
		return songtypes.Offer{}, err
	}
	maintains, err := k.songs.Maintains(ctx, source, author.Raw)
	if err != nil || !maintains {
		return songtypes.Offer{Head: head}, err
	}
	return songtypes.Offer{Song: id, Head: head}, nil
}

// checkPush holds the push against the audition. A forced push would leave the
// branch's head behind.
func (s *scene) checkPush(msg *types.MsgMergeAudition) error {
	push := msg.Push
	switch {
	case push.Signer != msg.Signer:
		return errorsmod.Wrapf(types.ErrInvalidPush, "its signer is %.100s, the merger is %s", push.Signer, msg.Signer)
	case push.SongId != msg.SongId:
		return errorsmod.Wrapf(types.ErrInvalidPush, "its song is %.100s, not %s", push.SongId, msg.SongId)
	case push.Branch != s.audition.Branch:
		return errorsmod.Wrapf(types.ErrInvalidPush, "its branch is %.255q, the audition is for %q", push.Branch, s.audition.Branch)
	case push.Force:
		return errorsmod.Wrap(types.ErrInvalidPush, "a merge leaves nothing behind and is not forced")
	}
	if n := len(msg.OfferedEdges); n > int(s.params.MaxMergeEdges) {
		return errorsmod.Wrapf(types.ErrLimit, "%d merge edges to the offered head, limit is %d", n, s.params.MaxMergeEdges)
	}
	return nil
}

// merged closes the book on an audition.
func (k Keeper) merged(ctx context.Context, s *scene, base, head songtypes.Digest) error {
	s.audition.Merge = &types.Merge{
		Merger: s.signer.Text, Revision: s.audition.Revision, Base: base.String(), Head: head.String(),
		Height: sdk.UnwrapSDKContext(ctx).BlockHeight(),
	}
	if err := k.leave(ctx, s); err != nil {
		return err
	}
	if err := k.setStatus(ctx, s, types.Status_STATUS_MERGED); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventAuditionMerged{
		SongId: s.song.Id, Number: s.audition.Number, Revision: s.audition.Revision,
		Opener: s.audition.Opener, Merger: s.signer.Text, Base: base.String(), Head: head.String(),
	}); err != nil {
		return err
	}
	opener, err := k.wallet(s.audition.Opener)
	if err != nil {
		return err
	}
	return k.others.hooks.AfterAuditionMerged(ctx, s.id, s.audition.Number, opener.Raw, s.signer.Raw, base, head)
}
