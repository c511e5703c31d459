package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/parrots-music/parrots/x/social/types"
)

// tell adds an entry of this moment to the feeds.
func (k Keeper) tell(ctx context.Context, record types.FeedRecord) error {
	record.Height, record.Tx, record.Time = now(ctx)
	return k.insertFeed(ctx, record)
}

// insertFeed stores an entry in the feeds of all, of its actor and of its song.
func (k Keeper) insertFeed(ctx context.Context, record types.FeedRecord) error {
	moment := record.Moment()
	if err := k.feed.Set(ctx, moment, record); err != nil {
		return err
	}
	if err := k.feedOfWallet.Set(ctx, collections.Join(record.Actor, moment)); err != nil {
		return err
	}
	return k.feedOfSong.Set(ctx, collections.Join(record.SongID(), moment))
}

// untell takes an entry out of the feeds.
func (k Keeper) untell(ctx context.Context, record types.FeedRecord) error {
	moment := record.Moment()
	if err := k.feed.Remove(ctx, moment); err != nil {
		return err
	}
	if err := k.feedOfWallet.Remove(ctx, collections.Join(record.Actor, moment)); err != nil {
		return err
	}
	return k.feedOfSong.Remove(ctx, collections.Join(record.SongID(), moment))
}

// tellCommit adds a commit to the feeds. One author's commits of one transaction are
// one entry, that of the last of them: a push of a hundred commits is one piece of
// news, and costs as one.
func (k Keeper) tellCommit(ctx context.Context, record types.FeedRecord) error {
	record.Height, record.Tx, record.Time = now(ctx)
	before, err := k.feed.Get(ctx, record.Moment())
	if errors.Is(err, collections.ErrNotFound) {
		record.Commits = 1
		return k.insertFeed(ctx, record)
	}
	if err != nil {
		return err
	}
	record.Commits = before.Commits + 1
	return k.feed.Set(ctx, record.Moment(), record)
}
