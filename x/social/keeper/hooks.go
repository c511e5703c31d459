package keeper

import (
	"bytes"
	"context"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Hooks is what the feed hears of other modules.
type Hooks struct {
	songtypes.NoHooks
	k Keeper
}

var _ songtypes.Hooks = Hooks{}

// Hooks returns what hooks into songs and auditions.
func (k Keeper) Hooks() Hooks { return Hooks{k: k} }

// AfterSongCreated tells of a new song or fork.
func (h Hooks) AfterSongCreated(ctx context.Context, song songtypes.Song) error {
	id, err := songtypes.ParseSongID(song.Id)
	if err != nil {
		return err
	}
	owner, err := h.k.wallet(song.Owner)
	if err != nil {
		return err
	}
	kind := types.FeedKind_FEED_KIND_SONG
	if song.Parent != "" {
		kind = types.FeedKind_FEED_KIND_FORK
	}
	return h.k.tell(ctx, types.FeedRecord{Kind: kind, Actor: owner.Raw, Song: id[:]})
}

// AfterCommitAdded tells of a commit, in its author's name.
func (h Hooks) AfterCommitAdded(ctx context.Context, added songtypes.CommitAdded) error {
	record := types.FeedRecord{
		Kind: types.FeedKind_FEED_KIND_COMMITS, Actor: added.Commit.Author, Song: added.Song[:], Commit: added.Digest[:],
	}
	if !bytes.Equal(added.Pusher, added.Commit.Author) {
		record.Pusher = added.Pusher
	}
	return h.k.tellCommit(ctx, record)
}

// AfterReleasePublished tells of a release.
func (h Hooks) AfterReleasePublished(ctx context.Context, song songtypes.Song, release songtypes.Release) error {
	id, err := songtypes.ParseSongID(song.Id)
	if err != nil {
		return err
	}
	publisher, err := h.k.wallet(release.Publisher)
	if err != nil {
		return err
	}
	return h.k.tell(ctx, types.FeedRecord{
		Kind: types.FeedKind_FEED_KIND_RELEASE, Actor: publisher.Raw, Song: id[:], Release: release.Tag,
	})
}

// AfterAuditionOpened tells of an audition, in the song to which a part is offered.
func (h Hooks) AfterAuditionOpened(ctx context.Context, song songtypes.SongID, number uint64, opener []byte) error {
	return h.k.tell(ctx, types.FeedRecord{
		Kind: types.FeedKind_FEED_KIND_AUDITION, Actor: opener, Song: song[:], Audition: number,
	})
}

// AfterAuditionMerged tells that a part was taken in, in the name of who took it.
func (h Hooks) AfterAuditionMerged(ctx context.Context, song songtypes.SongID, number uint64, _, merger []byte, _, _ songtypes.Digest) error {
	return h.k.tell(ctx, types.FeedRecord{
		Kind: types.FeedKind_FEED_KIND_MERGE, Actor: merger, Song: song[:], Audition: number,
	})
}
