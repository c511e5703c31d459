package keeper

import (
	"context"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Hooks is what credits do when something happens to a song or an audition.
type Hooks struct {
	songtypes.NoHooks
	k Keeper
}

var _ songtypes.Hooks = Hooks{}

// Hooks returns what hooks into songs and auditions.
func (k Keeper) Hooks() Hooks { return Hooks{k: k} }

// AfterSongCreated counts songs and forks.
func (h Hooks) AfterSongCreated(ctx context.Context, song songtypes.Song) error {
	return h.k.countSong(ctx, song)
}

// AfterCommitAdded makes the commit's credits and first claims.
func (h Hooks) AfterCommitAdded(ctx context.Context, added songtypes.CommitAdded) error {
	if err := h.k.claim(ctx, added); err != nil {
		return err
	}
	return h.k.claimStems(ctx, added)
}

// BeforeSongUpdated asks for the contributors' consent to other terms.
func (h Hooks) BeforeSongUpdated(ctx context.Context, before, after songtypes.Song, signer []byte) error {
	terms := termsOf(after.Metadata)
	if termsOf(before.Metadata) == terms {
		return nil
	}
	id, err := songtypes.ParseSongID(after.Id)
	if err != nil {
		return err
	}
	return h.k.requireConsent(ctx, id, terms, signer)
}

// AfterAuditionOpened does nothing: an offer is no honor yet.
func (Hooks) AfterAuditionOpened(context.Context, songtypes.SongID, uint64, []byte) error { return nil }

// AfterAuditionMerged counts the audition and the credits that came with it.
func (h Hooks) AfterAuditionMerged(ctx context.Context, _ songtypes.SongID, _ uint64, opener, merger []byte, base, head songtypes.Digest) error {
	return h.k.countAudition(ctx, opener, merger, base, head)
}
