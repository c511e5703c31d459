package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// offered checks that a scene's audition may be opened, and returns what it offers.
func (k Keeper) offered(ctx context.Context, s *scene, expected string) (songtypes.Digest, error) {
	a := s.audition
	for _, branch := range []string{a.Branch, a.SourceBranch} {
		if err := songtypes.CheckBranchName(branch); err != nil {
			return songtypes.Digest{}, err
		}
	}
	if a.SourceSongId == a.SongId && a.SourceBranch == a.Branch {
		return songtypes.Digest{}, errorsmod.Wrapf(types.ErrOntoItself, "%q; push to it, or offer another branch", a.Branch)
	}
	source, err := k.related(ctx, s)
	if err != nil {
		return songtypes.Digest{}, err
	}
	may, err := k.songs.MayWrite(ctx, source, s.signer.Raw)
	if err != nil {
		return songtypes.Digest{}, err
	}
	if !may {
		return songtypes.Digest{}, errorsmod.Wrapf(types.ErrUnauthorized, "%s may not write to %s: its people offer its work", s.signer.Text, source.Id)
	}
	head, err := k.sourceHead(ctx, a, expected)
	if err != nil {
		return head, err
	}
	return head, k.isNew(ctx, s, head)
}

// related reads the source song, which shares a first song with the audition's.
func (k Keeper) related(ctx context.Context, s *scene) (songtypes.Song, error) {
	_, source, err := k.song(ctx, s.audition.SourceSongId)
	if err == nil && source.Network != s.song.Network {
		err = errorsmod.Wrapf(types.ErrUnrelated, "%s and %s; fork the song and offer from the fork", source.Id, s.song.Id)
	}
	return source, err
}

// sourceHead is where the source branch is, and, where one is named, is expected.
func (k Keeper) sourceHead(ctx context.Context, a types.Audition, expected string) (songtypes.Digest, error) {
	id, err := songtypes.ParseSongID(a.SourceSongId)
	if err != nil {
		return songtypes.Digest{}, err
	}
	branch, err := k.songs.Branch(ctx, id, a.SourceBranch)
	if errors.Is(err, songtypes.ErrBranchNotFound) {
		err = errorsmod.Wrapf(types.ErrSourceGone, "%q of %s", a.SourceBranch, a.SourceSongId)
	}
	if err != nil {
		return songtypes.Digest{}, err
	}
	head := songtypes.Digest(branch.Head)
	if expected == "" {
		return head, nil
	}
	want, err := songtypes.ParseDigest(expected)
	if err == nil && want != head {
		err = errorsmod.Wrapf(types.ErrSourceMoved, "%q is at %s, not %s", a.SourceBranch, head, want)
	}
	return head, err
}

// isNew refuses to offer what the branch has on its own line. A head that came into
// it by a merge is not found here: its search needs merge edges, and nothing is lost
// by such an offer.
func (k Keeper) isNew(ctx context.Context, s *scene, head songtypes.Digest) error {
	target, err := k.songs.Branch(ctx, s.id, s.audition.Branch)
	if err != nil {
		return err
	}
	switch err := k.songs.Leads(ctx, songtypes.Digest(target.Head), head, nil); {
	case err == nil:
		return errorsmod.Wrapf(types.ErrNothingOffered, "%q has %s already", s.audition.Branch, head)
	case errors.Is(err, songtypes.ErrNotDescendant):
		return nil
	default:
		return err
	}
}

// claim makes an open audition the only one of its source branch to its branch.
func (k Keeper) claim(ctx context.Context, s *scene) error {
	key, err := offerOf(s.id, s.audition)
	if err != nil {
		return err
	}
	number, err := k.offers.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return k.offers.Set(ctx, key, s.audition.Number)
	}
	if err == nil {
		err = errorsmod.Wrapf(types.ErrAlreadyOffered, "by audition %d, which is open; revise it", number)
	}
	return err
}

func offerOf(id songtypes.SongID, a types.Audition) (offerKey, error) {
	source, err := songtypes.ParseSongID(a.SourceSongId)
	return collections.Join4(id, source, a.SourceBranch, a.Branch), err
}
